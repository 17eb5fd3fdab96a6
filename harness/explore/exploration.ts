import { defined } from '../base/defined.js';
import { real } from '../clock/globals.js';
import { execute, type ExecutionResult } from '../execution/execution.js';
import type { Environment } from '../execution/host/environment.js';
import type { RaceRecord } from '../record/format.js';
import type { Progress, Verdict } from '../record/verdict.js';
import type { Scenario } from '../scenario/types.js';
import { identityOf } from '../server/identity.js';
import { Counts } from './counts.js';
import { restoreSearch, saveSearch, subjectOf } from './exhaustive/saved.js';
import { CommandFootprints } from './footprints/command-footprints.js';
import type { InternalExploreOptions } from './internal-options.js';
import type { CheckedOptions } from './options.js';
import { isAsRequired } from './shrink/required-fault.js';
import { Pace } from './pace.js';
import { recordCapped } from './report-capped.js';
import { reportFailure, type Found } from './report-failure.js';
import { idleFaults } from './search/idle-faults.js';
import { createStrategy, type AnyStrategy } from './search/strategies.js';
import { selfCheck } from './self-check.js';
import { Prediction } from './prediction/prediction.js';
import { RaceWatch } from './sights/race-watch.js';
import { NO_SIGHTS, type Sights } from './sights/sights.js';
import { worthOf, type Worth } from './sights/worth.js';
import { runElsewhere } from './run-elsewhere.js';
import type { CrewTasks } from './search/crew-tasks.js';
import type { PlannedExecution, Tally } from './strategy/strategy.js';
import { isFailure, runTape, type Failure, type TapedExecution } from './tape/run-tape.js';
import { Tape } from './tape/tape.js';
import { withPlace } from './with-place.js';
import { concludeFailure, concludePass, type Conclusion } from './verdict-text.js';

/** One exploration of one scenario: the loop that runs what the strategy asks for, and what came of it. @internal */
export class Exploration {
  #strategy: AnyStrategy;
  readonly #startedMs = real.now();
  #counts: Counts;
  readonly #watch: RaceWatch;
  /** The first execution that reached the step limit, and its number. */
  #capped: readonly [taped: TapedExecution, execution: number] | undefined;
  /** Executions that were run and do not count. */
  #dropped = 0;
  readonly #pace = new Pace();
  readonly #prediction: Prediction;

  /** @throws ScenarioError where the search to resume is not of this scenario with these options */
  constructor(
    readonly environment: Environment,
    readonly scenario: Scenario,
    readonly options: InternalExploreOptions,
    readonly checked: CheckedOptions,
  ) {
    this.#prediction = new Prediction(this);
    this.#strategy = this.#createStrategy();
    if (options.resume !== undefined) restoreSearch(options.resume, subjectOf(this, this.#strategy));
    this.#counts = new Counts(options.resume);
    this.#watch = new RaceWatch(environment);
  }

  #createStrategy(): AnyStrategy {
    const { environment, scenario, checked } = this;
    return createStrategy(checked.strategy, {
      ...checked,
      faults: scenario.faults.budget,
      commands: new CommandFootprints(environment.control),
      deadlines: scenario.setup !== undefined,
      predicting: this.#prediction.create,
    });
  }

  /** Over all sessions of a search that was resumed. */
  get #tally(): Tally {
    return this.#strategy.status.tally ?? this.#counts.tally;
  }

  /** All that ran; or, where everything did, how many there are that differ. */
  get #executions(): number {
    const { complete, besides = 0 } = this.#strategy.status;
    return this.#tally.executions + (complete ? 0 : besides);
  }

  /** Explores until something fails, a bound is reached or nothing is left. To be called once. */
  async run(): Promise<Verdict> {
    try {
      const { environment, scenario, checked, options } = this;
      // Where it had to wait for its turn, nobody may want it any more.
      if (options.signal?.aborted === true) return this.#passed();
      const wrong = await selfCheck(environment, scenario, checked.seed, checked.untilMs);
      if (wrong !== undefined) return this.#verdict({ kind: 'error', message: wrong });
      const failure = await this.#search();
      options.crew?.forget();
      if (failure !== undefined) return await this.#report(failure);
      this.#saveUnfinished();
      return await this.#passed();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const { environment, scenario, checked } = this;
      const calm = new Tape([]);
      const placed = await withPlace(error, () =>
        runTape(environment, scenario, calm, { seed: checked.seed }),
      );
      return this.#verdict({ kind: 'error', message: placed.message });
    } finally {
      await this.#strategy.close?.();
      await this.#prediction.close();
    }
  }

  #saveUnfinished(): void {
    const { onUnfinished } = this.options;
    if (onUnfinished === undefined || this.#tally.executions === 0) return;
    const saved = saveSearch(
      subjectOf(this, this.#strategy),
      this.#counts.offered,
      this.#counts.sights ?? NO_SIGHTS,
    );
    if (saved !== undefined) onUnfinished(saved);
  }

  async #search(): Promise<Failure | undefined> {
    const { runs, untilMs, seed } = this.checked;
    const { signal } = this.options;
    let other: Failure | undefined; // not what the scenario asks for, but wrong all the same
    while (this.#counts.runs < runs && real.now() < untilMs && signal?.aborted !== true) {
      const planned = this.#strategy.start();
      if (planned === undefined) break;
      // What was explored before the crew was lost is not lost with it.
      const elsewhere = await runElsewhere(planned, this.options, () => this.#saveUnfinished());
      if (elsewhere === 'stopped') break;
      // One that does not end is run here, too, so that somebody can look at it.
      if (elsewhere?.failed === false && (elsewhere.capped === undefined || this.#capped !== undefined)) {
        this.#note(elsewhere, elsewhere.sights);
        elsewhere.learn();
        continue;
      }
      const composed = elsewhere === undefined ? await this.#prediction.compose(planned) : undefined;
      const result = composed ?? (await this.#execute(planned));
      this.#note(result, await this.#watch.see(result));
      await planned.learn(result);
      if (composed !== undefined) continue;
      await this.#prediction.learned(result);
      const taped = { tape: Tape.of(result), result };
      if (result.capped !== undefined) this.#capped ??= [taped, this.#executions];
      if (isFailure(taped)) {
        if (await isAsRequired(this.environment, this.scenario, taped, seed)) return taped;
        other ??= taped;
        continue;
      }
      if (elsewhere?.failed === true)
        throw new Error(
          `not deterministic: tape ${taped.tape.toString()} fails in one process and not in another`,
        );
      if (this.#prediction.refuted) await this.#beginAnew();
    }
    return other;
  }

  #execute(planned: PlannedExecution<CrewTasks>): Promise<ExecutionResult> {
    const { environment, scenario } = this;
    const { untilMs, seed } = this.checked;
    const { observer } = planned;
    const { followed = { chooser: planned, observer } } = this.#prediction;
    return execute(environment, scenario, { ...followed, seed, untilMs });
  }

  /** No verdict rests on executions that should not have been composed. */
  async #beginAnew(): Promise<void> {
    const { run } = this.#prediction.report!;
    this.#dropped += run;
    this.#prediction.drop();
    await this.#strategy.close?.();
    this.#strategy = this.#createStrategy();
    this.#counts = new Counts();
  }

  #note(result: Pick<ExecutionResult, 'capped' | 'offered'>, sights: Sights): void {
    this.#counts.note(result, sights);
    if (this.#pace.isTime()) this.#progress('exploring');
  }

  async #report(failure: Failure): Promise<Verdict> {
    const { options, checked } = this;
    const record = await reportFailure(failure, {
      ...this.#found,
      bounds: { preemptions: options.preemptions, delays: options.delays },
      untilMs: checked.untilMs,
      reportedByMs: checked.reportedByMs,
      signal: options.signal,
      onPhase: (phase) => this.#progress(phase),
    });
    return this.#verdict(concludeFailure(failure.result.finding.id, record), record);
  }

  /** Where an execution was found, and with what it is run again. */
  get #found(): Found {
    const { environment, scenario, options, checked } = this;
    const { name: strategy, report } = this.#strategy.status;
    const sampler = report?.current;
    const [{ identity }, { seed }, execution] = [options, checked, this.#executions];
    return { environment, scenario, seed, identity, strategy, sampler, execution };
  }

  /** What to look at where executions did not end. */
  async #endless(): Promise<RaceRecord | undefined> {
    if (this.#capped === undefined) return undefined;
    const [taped, execution] = this.#capped;
    return recordCapped(taped, { ...this.#found, execution });
  }

  async #passed(): Promise<Verdict> {
    const { complete, bounds, pending, estimate, report } = this.#strategy.status;
    const { capped, cappedBy } = this.#tally;
    return this.#verdict(
      concludePass(
        {
          executions: this.#executions,
          capped,
          cappedBy,
          stopped: this.options.signal?.aborted === true,
          ended: real.now() < this.checked.untilMs ? undefined : this.checked.ended,
          complete,
          bounds: this.#counts.within(bounds),
          pending,
          estimate,
          report,
        },
        this.#worth,
      ),
      await this.#endless(),
    );
  }

  get #worth(): Worth | undefined {
    const { sights, offered } = this.#counts;
    return sights === undefined ? undefined : worthOf(sights, this.scenario, offered.size > 0);
  }

  #verdict({ kind, message }: Conclusion, record?: RaceRecord): Verdict {
    const { environment, scenario } = this;
    const { name, complete, bounds, report, estimate } = this.#strategy.status;
    const { redundant, capped } = this.#tally;
    const worth = this.#worth;
    const idle = kind === 'holds' ? idleFaults(scenario.faults, this.#counts.offered) : [];
    return {
      kind,
      scenario: scenario.name,
      workers: scenario.workers.length,
      invariant: kind === 'incomplete' ? undefined : record?.verdict.invariant,
      message,
      strategy: name,
      executions: this.#executions,
      redundant: redundant + this.#dropped,
      estimate,
      complete,
      bounds: this.#counts.within(bounds),
      ...defined({
        sampling: report,
        prediction: this.#prediction.report,
        idleFaults: idle.length === 0 ? undefined : idle,
        raced: worth?.raced,
        unreached: worth === undefined || worth.unreached.length === 0 ? undefined : worth.unreached,
      }),
      capped,
      minimal: kind === 'incomplete' ? undefined : record?.minimal,
      record,
      redis: identityOf(environment.server),
      tookMs: Math.round(real.now() - this.#startedMs),
    };
  }

  #progress(phase: Progress['phase']): void {
    const { pending, estimate } = this.#strategy.status;
    const { runs: run } = this.#counts;
    this.options.onProgress?.({ phase, executions: this.#tally.executions, run, pending, estimate });
  }
}
