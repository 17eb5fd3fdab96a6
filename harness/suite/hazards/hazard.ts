/** Something that goes wrong in the field, as a scenario made of an adapter. */
import type { ScenarioOptions } from '../../scenario/types.js';

/**
 * A hazard as people see it.
 *
 * @public
 */
export interface HazardText {
  /** Short name, as in `--only` and in baselines: `holder-crash`. */
  readonly id: string;
  /** What goes wrong, in a few words. */
  readonly title: string;
  /** What is demanded then, in one sentence. */
  readonly demands: string;
  /** The lesson about it: a folder, seen from the project's root. Undefined where there is none yet. */
  readonly lesson: string | undefined;
}

/** The lesson about how a lock is taken. @internal */
export const ACQUISITION = 'labs/03-lock-acquisition';
/** The lesson about how long it lasts. @internal */
export const LIFETIME = 'labs/04-lock-lifetime';
/** The lesson about caches. @internal */
export const CACHE_ASIDE = 'labs/02-cache-aside';
/** The lesson about counters. @internal */
export const LOST_UPDATE = 'labs/01-lost-update';
/** The lesson about connections that are reset. @internal */
export const RESET = 'labs/08-reset-by-peer';
/** The lesson about one error that spreads. @internal */
export const CASCADE = 'labs/07-connection-error-cascade';

/** The situation in which a hazard puts what is adapted. @internal */
export type Situation = Omit<ScenarioOptions, 'name'>;

/** One hazard for adapters of a kind. @internal */
export interface Hazard<Adapter> extends HazardText {
  /** Why it says nothing about such an adapter; undefined where it does. */
  readonly unless?: (adapter: Adapter) => string | undefined;
  /** Why it says nothing where its fault could strike nowhere. Default: then a pass is one all the same. */
  readonly idle?: string;
  /** Executions take so long that the search is bounded from the start: preemptions at most. */
  readonly preemptions?: number;
  readonly situation: (adapter: Adapter) => Situation;
  /** The same among more workers, which takes too long without a bound: at most one preemption, where the situation alone passes. */
  readonly crowd?: (adapter: Adapter) => Situation;
}
