import { ScenarioError } from '../scenario.js';
import { Auto } from './auto.js';
import { Exhaustive } from './exhaustive/exhaustive.js';
import type { CommandFootprints } from './footprints/command-footprints.js';
import { Sampling } from './samplers/sampling.js';
import type { Strategy } from './strategy.js';
import { Systematic } from './systematic.js';

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
}

type Create = (options: StrategyOptions) => Strategy;

const exhaustive = ({ faults, delays }: StrategyOptions): Exhaustive =>
  new Exhaustive({ fault: faults, delay: delays });

const STRATEGIES = {
  // Whoever names a bound wants to know what holds within it.
  auto: (options) =>
    options.bounded
      ? new Systematic(options.preemptions, options.faults)
      : new Auto(
          new Systematic(options.preemptions, options.faults),
          exhaustive(options),
          options.runs,
          () => new Sampling('rotate', options),
        ),
  exhaustive,
  systematic: ({ preemptions, faults }) => new Systematic(preemptions, faults),
  rotate: (options) => new Sampling('rotate', options),
  random: (options) => new Sampling('random', options),
  pct: (options) => new Sampling('pct', options),
  pos: (options) => new Sampling('pos', options),
  urw: (options) => new Sampling('urw', options),
  surw: (options) => new Sampling('surw', options),
} satisfies Record<string, Create>;

export type StrategyName = keyof typeof STRATEGIES;

/** Every strategy by name, as on the command line. */
export const STRATEGY_NAMES = Object.keys(STRATEGIES) as StrategyName[];

/** Creates a strategy by name. @throws ScenarioError for a name that does not exist */
export function createStrategy(name: string, options: StrategyOptions): Strategy {
  const create = (STRATEGIES as Record<string, Create>)[name];
  if (create === undefined)
    throw new ScenarioError(`unknown strategy "${name}": one of ${STRATEGY_NAMES.join(', ')}`);
  return create(options);
}
