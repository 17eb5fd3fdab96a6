import * as fc from 'fast-check';
import type { Environment } from '../execution/environment.js';
import { execute, STARVED, type ExecutionOptions, type ExecutionResult } from '../execution/execution.js';
import type { Scenario } from '../scenario.js';
import { Follower } from './explain/follow.js';
import { LeftOut } from './left-out.js';
import { mergeTurns } from './merge-turns.js';
import { isSimpler } from './shrink.js';
import { Tape, TapePlayer } from './tape.js';
import { tapes } from './tapes.js';

/** Executions that shrinking may take. */
export const SHRINK_RUNS_MAX = 1500;
/** The same for workers that spin: each of those executions takes seconds to be stopped. */
export const SHRINK_RUNS_STARVED_MAX = 12;

/** With so many preemptions tapes alone do well. */
const MERGED_FROM = 2;
/** Executions that may go into taking out more. */
const MERGE_RUNS_MAX = 500;

/** A failing execution and the tape that it was recorded on. */
export interface Failure {
  readonly tape: Tape;
  readonly result: ExecutionResult;
}

/** Runs a tape and records what was really chosen. */
export async function runTape(
  environment: Environment,
  scenario: Scenario,
  tape: Tape,
  options: Pick<ExecutionOptions, 'seed' | 'traced' | 'onStep'>,
): Promise<Failure> {
  const result = await execute(environment, scenario, {
    chooser: new TapePlayer(tape.choices),
    skip: tape.skip,
    ...options,
  });
  return { tape: Tape.of(result, tape.skip), result };
}

/**
 * Finds the simplest execution that fails in the same way, with fast-check's shrinker. What comes out is recorded
 * and shrunk again, until nothing gets simpler.
 *
 * @returns the simplest failure, and how many executions it took
 */
export async function shrinkFailure(
  environment: Environment,
  scenario: Scenario,
  failure: Failure,
  seed: number,
  signal?: AbortSignal,
): Promise<Failure & { runs: number }> {
  const id = failure.result.finding!.id;
  const runsMax = id === STARVED ? SHRINK_RUNS_STARVED_MAX : SHRINK_RUNS_MAX;
  const leftOut = new LeftOut(environment, scenario, seed);
  let best = failure;
  let runs = 0;
  const { skip } = failure.tape;
  if (failure.result.preemptions > MERGED_FROM && id !== STARVED) {
    best = await mergeTurns(failure, async (order) => {
      if (runs >= MERGE_RUNS_MAX || signal?.aborted === true) return undefined;
      runs += 1;
      const result = await execute(environment, scenario, { chooser: new Follower(order), skip, seed });
      return result.finding?.id === id ? { tape: Tape.of(result, skip), result } : undefined;
    });
  }
  for (;;) {
    const start = best;
    const property = fc.asyncProperty(tapes(scenario), async (tape) => {
      if (runs >= runsMax || signal?.aborted === true) return;
      runs += 1;
      const candidate = await runTape(environment, scenario, tape, { seed });
      if (candidate.result.finding?.id !== id) return;
      if (await leftOut.breaks(id, tape.skip)) return;
      if (isSimplerFailure(candidate, best)) best = candidate;
      throw new StillFails();
    });
    await fc.check(property, { examples: [[start.tape]], numRuns: 1, seed });
    if (best === start || runs >= runsMax) return { ...best, runs: runs + leftOut.runs };
  }
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
