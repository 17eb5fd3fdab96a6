import { real } from '../clock/globals.js';
import { execute, type ExecutionResult } from '../execution/execution.js';
import type { Environment } from '../execution/host/environment.js';
import type { PredictionReport } from '../record/verdict.js';
import type { Scenario } from '../scenario/types.js';
import { Counts } from './counts.js';
import { restoreSearch, subjectOf } from './exhaustive/saved.js';
import { CommandFootprints } from './footprints/command-footprints.js';
import type { InternalExploreOptions } from './internal-options.js';
import type { CheckedOptions } from './options.js';
import { Prediction } from './prediction.js';
import { runElsewhere } from './run-elsewhere.js';
import type { CrewTasks } from './search/crew-tasks.js';
import { createStrategy, type AnyStrategy } from './search/strategies.js';
import { isAsRequired } from './shrink/required-fault.js';
import { RaceWatch } from './sights/race-watch.js';
import type { Sights } from './sights/sights.js';
import type { PlannedExecution, Tally } from './strategy/strategy.js';
import { isFailure, type Failure, type TapedExecution } from './tape/run-tape.js';
import { Tape } from './tape/tape.js';

/** An exploration, as far as its executions go. @internal */
export interface Explored {
  readonly environment: Environment;
  readonly scenario: Scenario;
  readonly options: InternalExploreOptions;
  readonly checked: CheckedOptions;
}

/** An execution that failed. */
interface Found {
  readonly failure: Failure;
  /** As the scenario asks for: nothing else is to be looked for. */
  readonly required: boolean;
}

/** The executions of one exploration, one after the other, as its strategy asks for them. @internal */
export class Executions {
  readonly prediction: Prediction;
  #strategy: AnyStrategy;
  #counts: Counts;
  readonly #watch: RaceWatch;
  /** The first execution that reached the step limit, and its number. */
  #capped: readonly [taped: TapedExecution, execution: number] | undefined;
  /** Executions that were run once more. */
  #shown = 0;
  /** Executions that were run and do not count. */
  #dropped = 0;

  /**
   * @param onNoted - is called when one more has been looked at
   * @param onLost - is called when the crew is lost
   * @throws ScenarioError where the search to resume is not of this scenario with these options
   */
  constructor(
    readonly explored: Explored,
    readonly onNoted: () => void,
    readonly onLost: () => void,
  ) {
    const { environment, options } = explored;
    this.prediction = new Prediction(explored);
    this.#strategy = this.#createStrategy();
    if (options.resume !== undefined) restoreSearch(options.resume, subjectOf(explored, this.#strategy));
    this.#counts = new Counts(options.resume);
    this.#watch = new RaceWatch(environment);
  }

  get strategy(): AnyStrategy {
    return this.#strategy;
  }

  get counts(): Counts {
    return this.#counts;
  }

  get capped(): readonly [taped: TapedExecution, execution: number] | undefined {
    return this.#capped;
  }

  /** Over all sessions of a search that was resumed. */
  get tally(): Tally {
    const { redundant, ...tally } = this.#strategy.status.tally ?? this.#counts.tally;
    return { ...tally, redundant: redundant + this.#dropped };
  }

  /** How executions were come by; undefined where nobody asked for predictions. */
  get report(): PredictionReport | undefined {
    const { counts } = this.prediction;
    return counts && { run: this.#dropped + this.#ran, ...counts };
  }

  /** All that ran; or, where everything did, how many there are that differ. */
  get number(): number {
    const { complete, besides = 0 } = this.#strategy.status;
    return this.tally.executions + (complete ? 0 : besides);
  }

  /** Runs them until one fails, a bound is reached or nothing is left. */
  async run(): Promise<Failure | undefined> {
    for (;;) {
      const found = (await this.#explore()) ?? (await this.#confirm());
      if (!this.prediction.refuted || found?.required === true) return found?.failure;
      await this.#beginAnew();
    }
  }

  /** What the strategy asks for. */
  async #explore(): Promise<Found | undefined> {
    const { options, checked } = this.explored;
    const { runs, untilMs } = checked;
    const { signal } = options;
    let other: Found | undefined; // not what the scenario asks for, but wrong all the same
    while (this.#counts.runs < runs && real.now() < untilMs && signal?.aborted !== true) {
      const planned = this.#strategy.start();
      if (planned === undefined) break;
      const composed = await this.prediction.compose(planned);
      const isHere = composed !== undefined || this.prediction.isHere;
      // What was explored before the crew was lost is not lost with it.
      const elsewhere = isHere ? undefined : await runElsewhere(planned, options, this.onLost);
      if (elsewhere === 'stopped') break;
      // One that does not end is run here, too, so that somebody can look at it.
      if (elsewhere?.failed === false && (elsewhere.capped === undefined || this.#capped !== undefined)) {
        this.#note(elsewhere, elsewhere.sights);
        elsewhere.learn();
        continue;
      }
      const result = composed ?? (await this.#execute(planned));
      this.#note(result, await this.#watch.see(result));
      await planned.learn(result);
      if (composed !== undefined) continue;
      await this.prediction.learned(result);
      const found = await this.#failed(result);
      if (found?.required === true) return found;
      other ??= found;
      if (found !== undefined) continue;
      if (elsewhere?.failed === true)
        throw new Error(
          `not deterministic: tape ${Tape.of(result).toString()} fails in one process and not in another`,
        );
      if (this.prediction.refuted) return other;
    }
    return other;
  }

  /** Runs again what composed executions rest on that was seen once only. */
  async #confirm(): Promise<Found | undefined> {
    const { environment, scenario, checked } = this.explored;
    for (;;) {
      const followed = this.prediction.nextUnsure();
      if (followed === undefined) return undefined;
      const result = await execute(environment, scenario, { ...followed, seed: checked.seed });
      this.#shown += 1;
      await this.prediction.learned(result);
      const found = await this.#failed(result);
      if (found !== undefined) return found;
    }
  }

  /** @returns undefined where nothing is wrong */
  async #failed(result: ExecutionResult): Promise<Found | undefined> {
    const { environment, scenario, checked } = this.explored;
    const taped = { tape: Tape.of(result), result };
    if (result.capped !== undefined) this.#capped ??= [taped, this.number];
    if (!isFailure(taped)) return undefined;
    const required = await isAsRequired(environment, scenario, taped, checked.seed);
    return { failure: taped, required };
  }

  #execute(planned: PlannedExecution<CrewTasks>): Promise<ExecutionResult> {
    const { environment, scenario, checked } = this.explored;
    const { untilMs, seed } = checked;
    const { observer } = planned;
    const { followed = { chooser: planned, observer } } = this.prediction;
    return execute(environment, scenario, { ...followed, seed, untilMs });
  }

  /** No verdict rests on executions that should not have been composed. */
  async #beginAnew(): Promise<void> {
    this.#dropped += this.#ran;
    this.#shown = 0;
    this.prediction.drop();
    await this.#strategy.close?.();
    this.#strategy = this.#createStrategy();
    this.#counts = new Counts();
  }

  /** Executions that were run since it began, or began anew, in whichever process. */
  get #ran(): number {
    return this.#counts.runs - (this.prediction.counts?.predicted ?? 0) + this.#shown;
  }

  #note(result: Pick<ExecutionResult, 'capped' | 'offered'>, sights: Sights): void {
    this.#counts.note(result, sights);
    this.onNoted();
  }

  /** Gives back what it holds on the server. */
  async close(): Promise<void> {
    await this.#strategy.close?.();
    await this.prediction.close();
  }

  #createStrategy(): AnyStrategy {
    const { environment, scenario, checked } = this.explored;
    return createStrategy(checked.strategy, {
      ...checked,
      faults: scenario.faults.budget,
      commands: new CommandFootprints(environment.control),
      deadlines: scenario.setup !== undefined,
      predicting: this.prediction.create,
    });
  }
}
