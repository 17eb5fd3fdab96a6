import * as fc from 'fast-check';
import { defined } from '../../base/defined.js';
import { real } from '../../clock/globals.js';
import type { Environment } from '../../execution/host/environment.js';
import { execute, type ExecutionResult } from '../../execution/execution.js';
import { STARVED } from '../../execution/judge/built-in.js';
import type { PerformedStep } from '../../execution/steps/step.js';
import { bodiesOf } from '../../scenario/recast.js';
import type { Scenario } from '../../scenario/types.js';
import { Follower, type StepReference } from '../tape/follow.js';
import { hasRequiredFault } from './required-fault.js';
import { FailureIdentity } from './identity.js';
import { LeftOut } from './left-out.js';
import { mergeTurns } from './merge-turns.js';
import { isSimpler } from '../tape/simpler-tapes.js';
import { runTape, type Failure, type TapedExecution } from '../tape/run-tape.js';
import { Tape } from '../tape/tape.js';
import { TapeArbitrary } from '../tape/tape-arbitrary.js';

/** Executions that shrinking may take. @internal */
export const SHRINK_RUNS_MAX = 1500;
/** The same for workers that spin: each of those executions takes seconds to be stopped. @internal */
export const SHRINK_RUNS_STARVED_MAX = 3;

/** A failure with at most so many preemptions is shrunk well by its tape alone. */
const MERGED_FROM = 2;
/** Executions that taking more preemptions out may take. */
const MERGE_RUNS_MAX = 500;

/** What shrinking came to. @internal */
export interface ShrunkFailure extends Failure {
  /** Executions that it took. */
  readonly runs: number;
  /** It ended early, after so long: there may be something simpler. */
  readonly stoppedAfterMs?: number;
}

/** What a smaller failure must keep to, and when to stop. @internal */
export interface ShrinkOptions {
  /** Preemptions at most, where somebody asked for a bound. */
  readonly preemptions?: number | undefined;
  /** Early timers at most, where somebody asked for a bound. */
  readonly delays?: number | undefined;
  /** Ends it early, with the simplest failure so far. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds the simplest execution that fails in the same way, with fast-check's shrinker. What comes out is recorded
 * and shrunk again, until nothing gets simpler. Last, each preemption and each fault that is left is taken out by itself,
 * by the identity of the steps: nothing stays that is not needed.
 *
 * @param seed - seeds the random numbers of the workers
 * @internal
 */
export async function shrinkFailure(
  environment: Environment,
  scenario: Scenario,
  failure: Failure,
  seed: number,
  options: ShrinkOptions = {},
): Promise<ShrunkFailure> {
  const shrinking = new Shrinking(environment, scenario, failure, seed, options);
  return shrinking.run();
}

/** One failure on its way to the simplest. */
class Shrinking {
  readonly #identity: FailureIdentity;
  readonly #leftOut: LeftOut;
  readonly #runsMax: number;
  readonly #preemptionsMax: number;
  readonly #delaysMax: number;
  readonly #startedMs = real.now();
  #best: Failure;
  #runs = 0;

  constructor(
    readonly environment: Environment,
    readonly scenario: Scenario,
    failure: Failure,
    readonly seed: number,
    readonly options: ShrinkOptions,
  ) {
    this.#best = failure;
    this.#identity = new FailureIdentity(scenario, failure.result);
    this.#leftOut = new LeftOut(environment, scenario, seed);
    this.#runsMax = this.#identity.id === STARVED ? SHRINK_RUNS_STARVED_MAX : SHRINK_RUNS_MAX;
    const { preemptions = Infinity, delays = Infinity } = options;
    this.#preemptionsMax = Math.max(preemptions, failure.result.preemptions);
    this.#delaysMax = Math.max(delays, earlyTimers(failure.result));
  }

  async run(): Promise<ShrunkFailure> {
    const turns = this.#identity.id !== STARVED;
    if (turns && this.#best.result.preemptions > MERGED_FROM) await this.#mergeTurns(MERGE_RUNS_MAX);
    let start: Failure;
    do {
      start = this.#best;
      await this.#shrinkTape();
      if (turns) await this.#takeOut();
    } while (this.#best !== start && !this.#isOver);
    const stopped = this.options.signal?.aborted === true;
    return {
      ...this.#best,
      runs: this.#runs + this.#leftOut.runs,
      ...defined({ stoppedAfterMs: stopped ? Math.round(real.now() - this.#startedMs) : undefined }),
    };
  }

  get #isOver(): boolean {
    return this.#runs >= this.#runsMax || this.options.signal?.aborted === true;
  }

  async #shrinkTape(): Promise<void> {
    const { environment, scenario, seed } = this;
    const arbitrary = new TapeArbitrary(bodiesOf(scenario).length, scenario.faults.budget);
    for (;;) {
      const start = this.#best;
      const property = fc.asyncProperty(arbitrary, async (tape) => {
        if (this.#isOver) return;
        this.#runs += 1;
        const candidate = await this.#same(await runTape(environment, scenario, tape, { seed }));
        if (candidate === undefined) return;
        if (isSimplerFailure(candidate, this.#best)) this.#best = candidate;
        throw new StillFails();
      });
      await fc.check(property, { examples: [[start.tape]], numRuns: 1, seed });
      if (this.#best === start || this.#isOver) return;
    }
  }

  async #mergeTurns(runsMax: number): Promise<void> {
    const until = this.#runs + runsMax;
    this.#best = await mergeTurns(this.#best, async (order) =>
      this.#runs < until && !this.#isOver ? this.#follow(order) : undefined,
    );
  }

  /** Each worker, each fault and each preemption by itself, everything else in its order. */
  async #takeOut(): Promise<void> {
    const { result, tape } = this.#best;
    for (const { order, skip } of smaller(result.steps, tape.skip, bodiesOf(this.scenario).length)) {
      if (this.#isOver) return;
      const found = await this.#follow(order, skip);
      if (found === undefined || !isSimplerFailure(found, this.#best)) continue;
      this.#best = found;
      return;
    }
    await this.#mergeTurns(MERGE_RUNS_MAX);
  }

  /** @returns undefined where it does not fail in the same way */
  async #follow(order: readonly StepReference[], skip = this.#best.tape.skip): Promise<Failure | undefined> {
    const { environment, scenario, seed } = this;
    this.#runs += 1;
    const result = await execute(environment, scenario, { chooser: new Follower(order), skip, seed });
    return this.#same({ tape: Tape.of(result, skip), result });
  }

  /** Does this fail in the same way, within the bounds, and not for the absence of workers alone? */
  async #same(taped: TapedExecution): Promise<Failure | undefined> {
    if (!this.#identity.isOf(taped, this.#best) || !this.#isWithin(taped.result)) return undefined;
    return (await this.#leftOut.breaks(this.#identity.id, taped.tape.skip)) ? undefined : taped;
  }

  #isWithin(result: ExecutionResult): boolean {
    const { preemptions } = result;
    if (preemptions > this.#preemptionsMax || earlyTimers(result) > this.#delaysMax) return false;
    return hasRequiredFault(this.scenario, result);
  }
}

/** The same steps without one worker, or without one fault. */
function* smaller(
  steps: readonly PerformedStep[],
  skip: readonly number[],
  workers: number,
): Generator<{ readonly order: readonly StepReference[]; readonly skip?: readonly number[] }> {
  for (let worker = workers; worker >= 1 && skip.length < workers - 1; worker--) {
    if (!skip.includes(worker))
      yield { order: steps.filter((step) => step.worker !== worker), skip: [...skip, worker] };
  }
  for (const [at, { fault }] of steps.entries()) {
    if (fault !== undefined)
      yield { order: steps.map((step, one) => (one === at ? { id: step.id, fault: undefined } : step)) };
  }
}

/** Timers that fired although somebody could have gone on. */
function earlyTimers({ steps }: ExecutionResult): number {
  return steps.filter(({ preemption, kind }) => preemption && kind === 'timer').length;
}

/** A tape does not say which of its choices preempt somebody; an execution does. */
function isSimplerFailure(a: Failure, b: Failure): boolean {
  for (const measure of [faultsOf, workersOf, preemptionsOf])
    if (measure(a) !== measure(b)) return measure(a) < measure(b);
  return isSimpler(a.tape, b.tape);
}

const faultsOf = ({ result }: Failure): number => result.faults;
const workersOf = ({ result }: Failure): number => result.workers;
const preemptionsOf = ({ result }: Failure): number => result.preemptions;

/** Tells fast-check that a candidate fails as the original does. */
class StillFails extends Error {}
