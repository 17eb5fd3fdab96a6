/** The hazards of an adapter, each with its scenario. */
import { defined } from '../../base/defined.js';
import { ScenarioError } from '../../scenario/errors.js';
import { scenario } from '../../scenario/scenario.js';
import type { Scenario } from '../../scenario/types.js';
import {
  isSuiteAdapter,
  type SuiteAdapter,
  type SuiteCache,
  type SuiteLimiter,
  type SuiteLock,
} from '../adapters/suite-adapter.js';
import { CACHE_HAZARDS } from '../hazards/caches/index.js';
import type { Hazard, HazardText, Situation } from '../hazards/hazard.js';
import { LIMITER_HAZARDS } from '../hazards/limiters/index.js';
import { LOCK_HAZARDS } from '../hazards/locks/index.js';

/** What the name of a scenario among more workers ends with. */
const CROWD_SUFFIX = ', crowded';

/** A hazard, applied to one adapter. @internal */
export interface AppliedHazard extends HazardText {
  /** Why it is not applicable; undefined where it has a scenario. */
  readonly notApplicable: string | undefined;
  /** Undefined where it is not applicable. */
  readonly scenario: Scenario | undefined;
  /** The same among more workers, with at most one preemption; undefined where there is no such thing. */
  readonly crowd: Scenario | undefined;
  /** Why it says nothing where its fault could strike nowhere. */
  readonly idle: string | undefined;
  /** Preemptions at most, from the start. */
  readonly preemptions: number | undefined;
}

/**
 * Every hazard for this kind of adapter, in the order in which they are told.
 *
 * @param name - of what is adapted
 * @throws ScenarioError for anything but an adapter
 * @internal
 */
export function appliedHazards(name: string, adapter: SuiteAdapter): AppliedHazard[] {
  if (!isSuiteAdapter(adapter))
    throw new ScenarioError(
      'a suite takes what lockAdapter({ … }), cacheAdapter({ … }) or limiterAdapter({ … }) returns',
    );
  switch (adapter.suite) {
    case 'lock':
      return LOCK_HAZARDS.map((hazard) => applied(name, adapter as SuiteLock, hazard));
    case 'cache':
      return CACHE_HAZARDS.map((hazard) => applied(name, adapter as SuiteCache, hazard));
    case 'limiter':
      return LIMITER_HAZARDS.map((hazard) => applied(name, adapter as SuiteLimiter, hazard));
  }
}

function applied<Adapter>(name: string, adapter: Adapter, hazard: Hazard<Adapter>): AppliedHazard {
  const { id, title, demands, lesson, idle, preemptions } = hazard;
  const notApplicable = hazard.unless?.(adapter);
  const made = (situation: Situation, suffix = ''): Scenario =>
    scenario({ name: `${name}/${id}${suffix}`, ...defined(situation) });
  const applies = notApplicable === undefined;
  return {
    id,
    title,
    demands,
    lesson,
    idle,
    preemptions,
    notApplicable,
    scenario: applies ? made(hazard.situation(adapter)) : undefined,
    crowd: applies && hazard.crowd !== undefined ? made(hazard.crowd(adapter), CROWD_SUFFIX) : undefined,
  };
}
