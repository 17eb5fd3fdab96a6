import { ScenarioError } from '../../scenario/errors.js';
import { Auto } from './auto.js';
import { Exhaustive } from '../exhaustive/exhaustive.js';
import type { CreatePredicting } from '../exhaustive/predicting.js';
import type { SavedState } from '../exhaustive/saved-state.js';
import type { CommandFootprints } from '../footprints/command-footprints.js';
import { SAMPLER_NAMES, type SamplerName } from '../samplers/index.js';
import { Sampling } from '../sampling/sampling.js';
import type { Resumable, Strategy } from '../strategy/strategy.js';
import type { CrewTasks } from './crew-tasks.js';
import { Systematic } from '../systematic/systematic.js';

/** What a strategy is given, whichever it is. @internal */
export interface StrategyOptions {
  readonly seed: number;
  readonly preemptions: number;
  /** Somebody asked for that number of preemptions. */
  readonly bounded: boolean;
  /** Executions at most. */
  readonly runs: number;
  readonly faults: number;
  /** What commands touch, according to the server. */
  readonly commands: CommandFootprints;
  /** Keys may have a deadline before the first step. */
  readonly deadlines: boolean;
  readonly delays: number;
  /** Timeouts and pauses of clients may be early, too. */
  readonly clientTimers: boolean;
  /** Makes what predicts executions of the exhaustive search; left out, all are run. */
  readonly predicting?: CreatePredicting | undefined;
}

/** A strategy of any kind, with all that it may be able to do. @internal */
export type AnyStrategy = Strategy<CrewTasks> | (Strategy<CrewTasks> & Resumable<SavedState>);

type Create = (options: StrategyOptions) => AnyStrategy;

const exhaustive = ({ faults, delays, clientTimers, predicting }: StrategyOptions): Exhaustive =>
  new Exhaustive(
    { fault: faults, delay: delays, ...(clientTimers ? { clientTimers } : {}) },
    undefined,
    predicting,
  );

const systematic = ({ preemptions, faults, clientTimers }: StrategyOptions): Systematic =>
  new Systematic(preemptions, faults, [[]], clientTimers);

const samplers = Object.fromEntries(
  SAMPLER_NAMES.map((name): [SamplerName, Create] => [name, (options) => new Sampling(name, options)]),
) as Record<SamplerName, Create>;

const STRATEGIES = {
  // Whoever names a bound wants to know what holds within it.
  auto: (options) =>
    options.bounded
      ? systematic(options)
      : new Auto<CrewTasks, SavedState>(
          systematic(options),
          exhaustive(options),
          options.runs,
          () => new Sampling('rotate', options),
        ),
  exhaustive,
  systematic,
  ...samplers,
} satisfies Record<StrategyName, Create>;

/**
 * A strategy by its name, as on the command line; `auto` is the usual one.
 *
 * @public
 */
export type StrategyName =
  'auto' | 'exhaustive' | 'systematic' | 'rotate' | 'random' | 'pct' | 'pos' | 'urw' | 'surw';

/** Every strategy by name, as on the command line. @internal */
export const STRATEGY_NAMES = Object.keys(STRATEGIES) as StrategyName[];

/** Creates a strategy by name. @throws ScenarioError for a name that does not exist @internal */
export function createStrategy(name: string, options: StrategyOptions): AnyStrategy {
  const create = (STRATEGIES as Record<string, Create>)[name];
  if (create === undefined)
    throw new ScenarioError(`unknown strategy "${name}": one of ${STRATEGY_NAMES.join(', ')}`);
  return create(options);
}
