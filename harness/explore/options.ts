import type { Progress } from '../record/verdict.js';
import { ScenarioError } from '../scenario/errors.js';
import type { RedisServer } from '../server/types.js';
import type { RunnerTest } from './limits/runner-test.js';
import { timeLimit, type TimeLimit } from './limits/time-limit.js';
import type { StrategyName } from './search/strategies.js';
import type { Session } from './session.js';

/**
 * What an exploration is given besides its scenario.
 *
 * @public
 */
export interface ExploreOptions {
  /** The Redis to use; default: the one of this process, started when there is none yet. */
  readonly server?: RedisServer;
  /** Connections and clocks to use; takes precedence over `server`. It stays open. */
  readonly session?: Session;
  /** Default: `auto`. */
  readonly strategy?: StrategyName;
  /** Executions at most. Default: 20,000. */
  readonly runs?: number;
  /**
   * Real time at most, in seconds. Shrinking and explaining end with it, too, with what they have by then; of what is found in
   * the last ten seconds, ten seconds later. Default: what the test may take in which it runs, with the matchers of a test
   * runner; else `RACE_LAB_SECONDS`, or 60. What that default ends is *incomplete*. `Infinity`: no limit.
   */
  readonly seconds?: number;
  /** Seeds the strategy and the random numbers of the workers. Default: 1. */
  readonly seed?: number;
  /** Preemptions at most in one execution of the systematic search. Default: 2. */
  readonly preemptions?: number;
  /**
   * Early timers at most of each worker in one execution of the exhaustive search: those that fire although their worker
   * could go on or has ended, such as a heartbeat while a command is under way. Default: 2, among them timeouts and pauses of
   * clients of Redis only while a fault keeps back what they wait for; a number counts all of those, too.
   */
  readonly delays?: number;
  /**
   * Compose executions of steps that were seen before, instead of running them, as far as that is certain. It changes no result;
   * some of them are run all the same, and compared. False runs them all. Default: true.
   */
  readonly predict?: boolean;
  /** Number of workers, when they all run the same function. */
  readonly workerCount?: number;
  /** Faults at most in one execution; default: the scenario's. */
  readonly faultBudget?: number;
  /** Called now and then while it runs. */
  readonly onProgress?: (progress: Progress) => void;
  /** Ends the exploration early, with what it knows by then. */
  readonly signal?: AbortSignal;
}

/** Every option by name: anything else is misspelt. @internal */
export const EXPLORE_OPTIONS: Readonly<Record<keyof ExploreOptions, true>> = {
  server: true,
  session: true,
  strategy: true,
  runs: true,
  seconds: true,
  seed: true,
  preemptions: true,
  delays: true,
  predict: true,
  workerCount: true,
  faultBudget: true,
  onProgress: true,
  signal: true,
};

/** Executions at most, unless somebody says otherwise. @internal */
export const DEFAULT_RUNS = 20_000;
/** Seeds the strategy and the random numbers of the workers, unless somebody says otherwise. @internal */
export const DEFAULT_SEED = 1;
/** Preemptions at most in one execution of the systematic search, unless somebody says otherwise. @internal */
export const DEFAULT_PREEMPTIONS = 2;
/** Early timers at most of each worker in one execution of the exhaustive search, unless somebody says otherwise. @internal */
export const DEFAULT_DELAYS = 2;

/** The options that bound an exploration: checked, and with all defaults. @internal */
export interface CheckedOptions extends TimeLimit {
  readonly strategy: StrategyName;
  /** Executions at most. */
  readonly runs: number;
  readonly seed: number;
  readonly preemptions: number;
  /** Somebody asked for that number of preemptions. */
  readonly bounded: boolean;
  readonly delays: number;
  /** Somebody asked for that number: then timeouts of clients count, too. */
  readonly clientTimers: boolean;
  /** Executions need not be run where they are certain. */
  readonly predict: boolean;
}

/**
 * Checks the options that bound an exploration. Its time begins now.
 *
 * @param test - in which it runs
 * @throws ScenarioError for one that makes no sense
 * @internal
 */
export function checkOptions(options: ExploreOptions, test?: RunnerTest): CheckedOptions {
  const { strategy = 'auto', runs = DEFAULT_RUNS, seconds, seed = DEFAULT_SEED } = options;
  const { preemptions = DEFAULT_PREEMPTIONS, delays = DEFAULT_DELAYS } = options;
  if (!Number.isInteger(runs) || runs < 1)
    throw new ScenarioError(`${runs} executions explore nothing: give 1 or more`);
  if (seconds !== undefined && !(seconds > 0))
    throw new ScenarioError(`${seconds} seconds explore nothing: give more than 0`);
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff)
    throw new ScenarioError(`seed ${seed} is not a whole number from 0 to 4294967295`);
  if (!Number.isInteger(preemptions) || preemptions < 0)
    throw new ScenarioError(`${preemptions} preemptions make no bound`);
  if (!Number.isInteger(delays) || delays < 0) throw new ScenarioError(`${delays} delays make no bound`);
  return {
    strategy,
    runs,
    ...timeLimit(seconds, test),
    seed,
    preemptions,
    bounded: options.preemptions !== undefined,
    delays,
    clientTimers: options.delays !== undefined,
    predict: options.predict ?? true,
  };
}
