import { Environment } from '../execution/environment.js';
import { execute, STARVED, type ExecutionResult } from '../execution/execution.js';
import { real } from '../clock/globals.js';
import { buildRecord, sizeOf } from '../record/build.js';
import type { RaceRecord } from '../record/format.js';
import { sampledText } from '../record/sampled.js';
import { count, grouped, roughly } from '../record/text.js';
import { areAlike, checkNames, ScenarioError, withFaults, withWorkers, type Scenario } from '../scenario.js';
import { sharedServer } from '../server/index.js';
import type { RedisServer } from '../server/types.js';
import { differenceBetweenWorkers } from './alike.js';
import { firstDifference } from './compare.js';
import type { Crew, Elsewhere } from './crew.js';
import { explain } from './explain/explain.js';
import { idleFaults } from './idle-faults.js';
import { CommandFootprints } from './footprints/command-footprints.js';
import { runTape, shrinkFailure, type Failure } from './shrink-failure.js';
import { restoreSearch, saveSearch, type SavedSearch, type SearchSubject } from './exhaustive/saved.js';
import { createStrategy, type StrategyName } from './strategies.js';
import type { Strategy } from './strategy.js';
import { Tape } from './tape.js';
import type { Progress, Verdict } from './verdict.js';

export interface ExploreOptions {
  /** The Redis to use; default: the one of this process, started when there is none yet. */
  readonly server?: RedisServer;
  /** Connections and clocks to use; takes precedence over `server`. It stays open. */
  readonly environment?: Environment;
  /** Default: `auto`. */
  readonly strategy?: StrategyName;
  /** Executions at most. Default: 20,000. */
  readonly runs?: number;
  /** Real time at most, in seconds. Default: no limit. */
  readonly seconds?: number;
  /** Seeds the strategy and the random numbers of the workers. Default: 1. */
  readonly seed?: number;
  /** Preemptions at most in one execution of the systematic search. Default: 2. */
  readonly preemptions?: number;
  /**
   * Timers at most in one execution of the exhaustive search that fire although their worker could go on or has ended,
   * such as a timeout that is faster than the reply. Default: 0.
   */
  readonly delays?: number;
  /** Number of workers, when they all run the same function. */
  readonly workers?: number;
  /** Faults at most in one execution; default: the scenario's. */
  readonly faults?: number;
  /** Lab and variant, for the record. */
  readonly identity?: { readonly lab: string; readonly variant: string };
  /** Called now and then while it runs. */
  readonly onProgress?: (progress: Progress) => void;
  /**
   * Processes that share the work. They change nothing in the result.
   */
  readonly crew?: Crew;
  /** Ends the exploration early, with what it knows by then. */
  readonly signal?: AbortSignal;
  /** Goes on with a search that was interrupted, or whose budget was used up. */
  readonly resume?: SavedSearch;
  /** Is given the search, when it ends before it is done without having found anything. */
  readonly onUnfinished?: (saved: SavedSearch) => void;
}

const OPTIONS: Readonly<Record<keyof ExploreOptions, true>> = {
  server: true,
  environment: true,
  strategy: true,
  runs: true,
  seconds: true,
  seed: true,
  preemptions: true,
  delays: true,
  workers: true,
  faults: true,
  identity: true,
  onProgress: true,
  crew: true,
  signal: true,
  resume: true,
  onUnfinished: true,
};

export const DEFAULT_RUNS = 20_000;
export const DEFAULT_SEED = 1;
export const DEFAULT_PREEMPTIONS = 2;
export const DEFAULT_DELAYS = 0;
/** How often a shrunk failure is run again before it is reported. */
const CONFIRM_RUNS = 20;
/** The same for a worker that spins: each of those runs takes seconds to be stopped. */
const CONFIRM_RUNS_STARVED = 3;
/** Executions between two progress reports. */
const PROGRESS_EVERY = 50;

/**
 * Explores the executions of a scenario until one fails or a bound is reached; a failure is shrunk, confirmed and
 * recorded.
 *
 * @returns the verdict; trouble of the lab itself (no server, a wait that it cannot control) is the verdict `error`
 * @throws ScenarioError for options that make no sense, ServerError when no Redis can be had
 */
export async function explore(scenario: Scenario, options: ExploreOptions = {}): Promise<Verdict> {
  checkNames(options, OPTIONS, 'an exploration');
  const cast = recast(scenario, options);
  const limit = checkedLimits(options);
  const environment =
    options.environment ?? (await Environment.open(options.server ?? (await sharedServer())));
  try {
    return await new Exploration(environment, cast, options, limit).run();
  } finally {
    if (options.environment === undefined) environment.close();
  }
}

function recast(scenario: Scenario, { workers, faults }: ExploreOptions): Scenario {
  const sized = workers === undefined ? scenario : withWorkers(scenario, workers);
  return faults === undefined ? sized : withFaults(sized, faults);
}

interface Limit {
  readonly runs: number;
  readonly untilMs: number;
  readonly seed: number;
}

function checkedLimits({
  runs = DEFAULT_RUNS,
  seconds = Infinity,
  seed = DEFAULT_SEED,
}: ExploreOptions): Limit {
  if (!Number.isInteger(runs) || runs < 1)
    throw new ScenarioError(`${runs} executions explore nothing: give 1 or more`);
  if (!(seconds > 0)) throw new ScenarioError(`${seconds} seconds explore nothing: give more than 0`);
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new ScenarioError(`seed ${seed} is not a whole number from 0 to 4294967295`);
  }
  return { runs, untilMs: real.now() + seconds * 1000, seed };
}

/** One exploration of one scenario. */
class Exploration {
  readonly #strategy: Strategy;
  readonly #startedMs = real.now();
  #runs = 0;
  #capped = 0;
  #cappedBy: string | undefined;
  /** Planned faults that could have struck somewhere, by their place in the plan. */
  readonly #offered: Set<number>;

  constructor(
    readonly environment: Environment,
    readonly scenario: Scenario,
    readonly options: ExploreOptions,
    readonly limit: Limit,
  ) {
    const { strategy = 'auto', preemptions = DEFAULT_PREEMPTIONS, delays = DEFAULT_DELAYS } = options;
    if (!Number.isInteger(preemptions) || preemptions < 0) {
      throw new ScenarioError(`${preemptions} preemptions make no bound`);
    }
    if (!Number.isInteger(delays) || delays < 0) throw new ScenarioError(`${delays} delays make no bound`);
    this.#strategy = createStrategy(strategy, {
      seed: limit.seed,
      preemptions,
      bounded: options.preemptions !== undefined,
      runs: limit.runs,
      faults: scenario.faults.budget,
      commands: new CommandFootprints(environment.control),
      deadlines: scenario.setup !== undefined,
      delays,
    });
    if (options.resume !== undefined) restoreSearch(options.resume, this.#subject);
    this.#offered = new Set(options.resume?.offered);
  }

  get #subject(): SearchSubject {
    const { environment, scenario, limit } = this;
    const { version, product, clockMode } = environment.server;
    return {
      scenario,
      seed: limit.seed,
      strategy: this.#strategy,
      server: `${product} ${version} ${clockMode}`,
    };
  }

  get #executions(): number {
    return this.#strategy.tally?.executions ?? this.#runs;
  }

  async run(): Promise<Verdict> {
    try {
      const difference = await this.#selfCheck();
      if (difference !== undefined) return this.#verdict('error', difference);
      const failure = await this.#search();
      this.options.crew?.forget();
      if (failure !== undefined) return await this.#report(failure);
      this.#saveUnfinished();
      return this.#passed();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return this.#verdict('error', error.message);
    } finally {
      await this.#strategy.close?.();
    }
  }

  #saveUnfinished(): void {
    const { onUnfinished } = this.options;
    if (onUnfinished === undefined || this.#executions === 0) return;
    const saved = saveSearch(this.#subject, this.#offered);
    if (saved !== undefined) onUnfinished(saved);
  }

  /** Runs the calm execution twice: what differs is not under control. */
  async #selfCheck(): Promise<string | undefined> {
    const calm = new Tape([]);
    const { seed } = this.limit;
    const first = await runTape(this.environment, this.scenario, calm, { seed });
    const second = await runTape(this.environment, this.scenario, calm, { seed });
    const found = firstDifference(first.result, second.result);
    if (found !== undefined)
      return `not deterministic: step ${found.step} was "${found.first}" in one run and "${found.second}" in the next`;
    if (!areAlike(this.scenario)) return undefined;
    return differenceBetweenWorkers(this.environment, this.scenario, first.result, seed);
  }

  async #search(): Promise<Failure | undefined> {
    const strategy = this.#strategy;
    const { runs, untilMs, seed } = this.limit;
    const { signal } = this.options;
    while (this.#runs < runs && real.now() < untilMs && signal?.aborted !== true) {
      if (!strategy.start()) break;
      const elsewhere = await this.#elsewhere();
      if (elsewhere === 'stopped') break;
      if (elsewhere?.failed === false) {
        this.#note(elsewhere);
        elsewhere.learn();
        continue;
      }
      const { observer } = strategy;
      const result = await execute(this.environment, this.scenario, { chooser: strategy, observer, seed });
      this.#note(result);
      await strategy.learn(result);
      if (result.finding !== undefined) return { tape: Tape.of(result), result };
      if (elsewhere !== undefined)
        throw new Error(
          `not deterministic: tape ${Tape.of(result).toString()} fails in one process and not in another`,
        );
    }
    return undefined;
  }

  /** What the execution that was started came to, if a crew has run it. */
  async #elsewhere(): Promise<Elsewhere | 'stopped' | undefined> {
    const { crew, signal } = this.options;
    if (crew === undefined) return undefined;
    try {
      return await this.#strategy.elsewhere?.(crew);
    } catch (error) {
      // Whoever stops an exploration may stop its crew, too.
      if (signal?.aborted === true) return 'stopped';
      // What was explored before the crew was lost is not lost with it.
      this.#saveUnfinished();
      throw error;
    }
  }

  #note({ capped, offered }: Pick<ExecutionResult, 'capped' | 'offered'>): void {
    this.#runs += 1;
    for (const spec of offered) this.#offered.add(spec);
    if (capped !== undefined) {
      this.#capped += 1;
      this.#cappedBy ??= capped;
    }
    if (this.#runs % PROGRESS_EVERY === 0) this.#progress('exploring');
  }

  async #report(failure: Failure): Promise<Verdict> {
    const { environment, scenario, options } = this;
    const { seed } = this.limit;
    const foundAt = this.#executions;
    const sampler = this.#strategy.report?.current;
    this.#progress('shrinking');
    const shrunk = await shrinkFailure(environment, scenario, failure, seed, options.signal);
    this.#progress('confirming');
    const id = failure.result.finding!.id;
    const confirmRuns = id === STARVED ? CONFIRM_RUNS_STARVED : CONFIRM_RUNS;
    let last: ExecutionResult | undefined;
    let times = 0;
    for (let run = 0; run < confirmRuns; run++) {
      // The first one is traced: its steps carry source lines and values.
      const { result } = await runTape(environment, scenario, shrunk.tape, { seed, traced: run === 0 });
      const same = result.finding?.id === id && firstDifference(shrunk.result, result) === undefined;
      if (same) times += 1;
      last ??= result;
    }
    this.#progress('explaining');
    const traced = { tape: shrunk.tape, result: last! };
    const explanation =
      times < confirmRuns || id === STARVED
        ? undefined
        : await explain({ environment, scenario, skip: shrunk.tape.skip, seed }, traced, options.signal);
    const record = buildRecord({ ...last!, finding: last!.finding ?? shrunk.result.finding }, shrunk.tape, {
      scenario,
      server: environment.server,
      seed,
      identity: options.identity,
      found: {
        strategy: this.#strategy.name,
        ...(sampler === undefined ? {} : { sampler }),
        execution: foundAt,
        from: sizeOf(failure.result),
        shrinkRuns: shrunk.runs,
      },
      reproduced: { times, of: confirmRuns },
      explanation,
    });
    if (times < confirmRuns) {
      const message = `"${id}" broke, but only ${times} of ${confirmRuns} runs of the same tape were the same: something is not under control`;
      return this.#verdict('error', message, record);
    }
    const { kind, expected, observed } = record.verdict;
    return this.#verdict(kind, `${id}: expected ${expected}, observed ${observed}`, record);
  }

  #passed(): Verdict {
    const { complete, tally, pending, estimate, report } = this.#strategy;
    const { capped, cappedBy } = tally ?? { capped: this.#capped, cappedBy: this.#cappedBy };
    if (capped > 0) {
      const message = `${grouped(capped)} of ${count(this.#executions, 'execution')} hit a limit: ${cappedBy}`;
      return this.#verdict('incomplete', message);
    }
    if (this.options.signal?.aborted === true)
      return this.#verdict('incomplete', `stopped after ${count(this.#executions, 'execution')}`);
    const executions = count(this.#executions, 'execution');
    const covered = complete ? `all ${executions} within the bounds` : executions;
    // A search that was meant to end and did not proves nothing; sampling never claims to be complete.
    if (complete || pending === undefined) return this.#verdict('holds', `${covered}, nothing wrong`);
    const inAll = estimate === undefined ? '' : ` (about ${roughly(estimate)} in all)`;
    const left = `${covered}, at least ${grouped(pending)} left${inAll}, nothing wrong`;
    return this.#verdict('incomplete', report === undefined ? left : `${left}; ${sampledText(report)}`);
  }

  #verdict(kind: Verdict['kind'], message: string, record?: RaceRecord): Verdict {
    const { version, product, source, clockMode } = this.environment.server;
    const { report, tally, estimate } = this.#strategy;
    const idle = kind === 'holds' ? idleFaults(this.scenario.faults, this.#offered) : [];
    return {
      kind,
      scenario: this.scenario.name,
      workers: this.scenario.workers.length,
      invariant: record?.verdict.invariant,
      message,
      strategy: this.#strategy.name,
      executions: this.#executions,
      redundant: tally?.redundant ?? 0,
      estimate,
      complete: this.#strategy.complete,
      bounds: this.#strategy.bounds,
      ...(report === undefined ? {} : { sampling: report }),
      ...(idle.length === 0 ? {} : { idleFaults: idle }),
      capped: tally?.capped ?? this.#capped,
      minimal: record?.minimal,
      record,
      redis: { version, product, source, clock: clockMode },
      tookMs: Math.round(real.now() - this.#startedMs),
    };
  }

  #progress(phase: Progress['phase']): void {
    const { pending, estimate } = this.#strategy;
    const run = this.#runs;
    this.options.onProgress?.({ phase, executions: this.#executions, run, pending, estimate });
  }
}
