import { defined } from '../base/defined.js';
import { real } from '../clock/globals.js';
import type { Environment } from '../execution/host/environment.js';
import type { RaceRecord } from '../record/format.js';
import type { Progress, Verdict } from '../record/verdict.js';
import type { Scenario } from '../scenario/types.js';
import { identityOf } from '../server/identity.js';
import { saveSearch, subjectOf } from './exhaustive/saved.js';
import { Executions } from './executions.js';
import type { InternalExploreOptions } from './internal-options.js';
import type { CheckedOptions } from './options.js';
import { Pace } from './pace.js';
import { recordCapped } from './report-capped.js';
import { reportFailure, type Found } from './report-failure.js';
import { idleFaults } from './search/idle-faults.js';
import { selfCheck } from './self-check/self-check.js';
import { NO_SIGHTS } from './sights/sights.js';
import { worthOf, type Worth } from './sights/worth.js';
import { runTape, type Failure } from './tape/run-tape.js';
import { Tape } from './tape/tape.js';
import { withPlace } from './with-place.js';
import { concludeFailure, concludePass, type Conclusion } from './verdict-text.js';

/** One exploration of one scenario: the loop that runs what the strategy asks for, and what came of it. @internal */
export class Exploration {
  readonly #startedMs = real.now();
  readonly #pace = new Pace();
  readonly #executions: Executions;

  /** @throws ScenarioError where the search to resume is not of this scenario with these options */
  constructor(
    readonly environment: Environment,
    readonly scenario: Scenario,
    readonly options: InternalExploreOptions,
    readonly checked: CheckedOptions,
  ) {
    this.#executions = new Executions(
      this,
      () => {
        if (this.#pace.isTime()) this.#progress('exploring');
      },
      () => this.#saveUnfinished(),
    );
  }

  /** Explores until something fails, a bound is reached or nothing is left. To be called once. */
  async run(): Promise<Verdict> {
    try {
      const { environment, scenario, checked, options } = this;
      // Where it had to wait for its turn, nobody may want it any more.
      if (options.signal?.aborted === true) return this.#passed();
      const wrong = await selfCheck(environment, scenario, checked.seed, checked.untilMs);
      if (wrong !== undefined) return this.#verdict({ kind: 'error', message: wrong });
      const failure = await this.#executions.run();
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
      await this.#executions.close();
    }
  }

  #saveUnfinished(): void {
    const { onUnfinished } = this.options;
    const { strategy, counts } = this.#executions;
    if (onUnfinished === undefined || this.#executions.tally.executions === 0) return;
    const saved = saveSearch(subjectOf(this, strategy), counts.offered, counts.sights ?? NO_SIGHTS);
    if (saved !== undefined) onUnfinished(saved);
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
    const { name: strategy, report } = this.#executions.strategy.status;
    const sampler = report?.current;
    const [{ identity }, { seed }, execution] = [options, checked, this.#executions.number];
    return { environment, scenario, seed, identity, strategy, sampler, execution };
  }

  /** What to look at where executions did not end. */
  async #endless(): Promise<RaceRecord | undefined> {
    if (this.#executions.capped === undefined) return undefined;
    const [taped, execution] = this.#executions.capped;
    return recordCapped(taped, { ...this.#found, execution });
  }

  async #passed(): Promise<Verdict> {
    const { complete, bounds, pending, estimate, report } = this.#executions.strategy.status;
    const { capped, cappedBy } = this.#executions.tally;
    return this.#verdict(
      concludePass(
        {
          executions: this.#executions.number,
          capped,
          cappedBy,
          stopped: this.options.signal?.aborted === true,
          ended: real.now() < this.checked.untilMs ? undefined : this.checked.ended,
          complete,
          bounds: this.#executions.counts.within(bounds),
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
    const { sights, offered } = this.#executions.counts;
    return sights === undefined ? undefined : worthOf(sights, this.scenario, offered.size > 0);
  }

  #verdict({ kind, message }: Conclusion, record?: RaceRecord): Verdict {
    const { environment, scenario } = this;
    const { name, complete, bounds, report, estimate } = this.#executions.strategy.status;
    const { redundant, capped } = this.#executions.tally;
    const worth = this.#worth;
    const idle = kind === 'holds' ? idleFaults(scenario.faults, this.#executions.counts.offered) : [];
    return {
      kind,
      scenario: scenario.name,
      workers: scenario.workers.length,
      invariant: kind === 'incomplete' ? undefined : record?.verdict.invariant,
      message,
      strategy: name,
      executions: this.#executions.number,
      redundant,
      estimate,
      complete,
      bounds: this.#executions.counts.within(bounds),
      ...defined({
        sampling: report,
        prediction: this.#executions.report,
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
    const { pending, estimate } = this.#executions.strategy.status;
    const { runs: run } = this.#executions.counts;
    this.options.onProgress?.({
      phase,
      executions: this.#executions.tally.executions,
      run,
      pending,
      estimate,
    });
  }
}
