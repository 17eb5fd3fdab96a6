import { STARVED } from '../execution/judge/built-in.js';
import type { ExecutionResult } from '../execution/execution.js';
import type { Finding } from '../execution/judge/finding.js';
import type { Environment } from '../execution/host/environment.js';
import { recordTape, verdictOf } from '../record/build.js';
import { recordSteps } from '../record/steps.js';
import { renderFailedRun } from '../report/print/failed-run.js';
import type { Scenario } from '../scenario/types.js';
import { withKeptEnvironment, type Session } from '../explore/session.js';
import { LeftOut } from '../explore/shrink/left-out.js';
import { runTape } from '../explore/tape/run-tape.js';
import type { Tape } from '../explore/tape/tape.js';
import { vacuityOf } from './vacuity.js';

/**
 * A scenario failed on a tape: what a property throws, so that fast-check shrinks the tape.
 *
 * @public
 */
export class RaceError extends Error {
  /** Tells it from other errors where classes cannot be compared. */
  override name = 'RaceError';

  /** @param shown - the execution, for people to read */
  constructor(
    /** What is wrong. */
    readonly finding: Finding,
    /** The choices that were really made. */
    readonly tape: Tape,
    shown?: string,
  ) {
    const { id, expected, observed } = finding;
    const what = `${id}: expected ${expected}, observed ${observed} on tape ${tape.toString()}`;
    super(shown === undefined ? what : `${what}\n\n${shown}\n`);
  }
}

/**
 * An execution was given up: whether the scenario holds on this tape is not known, so it does not pass.
 *
 * @public
 */
export class StepLimitError extends Error {
  /** Tells it from other errors where classes cannot be compared. */
  override name = 'StepLimitError';
  constructor(
    limit: string,
    /** The choices that were really made. */
    readonly tape: Tape,
  ) {
    super(`incomplete: ${limit} (on tape ${tape.toString()})`);
  }
}

/** Random numbers of the workers are the same in every run: only the tape decides. */
const SEED = 1;
/** Stands for an execution without an end where findings are compared. */
const STEP_LIMIT = 'the step limit';

/**
 * Runs a scenario on a tape, inside a property of your own:
 *
 * ```ts
 * await fc.assert(fc.asyncProperty(tapes({ workerCount: 3 }), (tape) => holdsOn(counter, tape)));
 * ```
 *
 * While fast-check shrinks, only a failure of the same invariant counts, and none that is due to the
 * absence of workers alone. Where nothing raced in any execution of a property, or an invariant never had anything to look
 * at, its 20th execution fails; a property of fewer executions is not judged.
 *
 * @param session - connections to use; default: those of the run before, on the server of this process
 * @throws RaceError when something is wrong, with the steps; StepLimitError when the execution does not end;
 *   VacuousError where nothing could have been wrong
 * @example
 * ```ts
 * import { noStuckKey, scenario } from 'redis-race-lab';
 * import { holdsOn, RaceError, Tape } from 'redis-race-lab/fast-check';
 *
 * const stuck = scenario({
 *   name: 'stuck',
 *   workers: ({ redis }) => redis.set('lock', 'me', 'NX'),
 *   invariants: [noStuckKey('lock')],
 * });
 * const error = await holdsOn(stuck, Tape.parse('calm')).catch((thrown: unknown) => thrown);
 * console.log(error instanceof RaceError); // true
 * ```
 * @public
 */
export async function holdsOn(scenario: Scenario, tape: Tape, session?: Session): Promise<void> {
  // Returned, not thrown: connections on which a property failed are as good as before.
  const failure = await withKeptEnvironment(session, (used) => failureOn(used, scenario, tape));
  if (failure !== undefined) throw failure;
}

async function failureOn(used: Environment, scenario: Scenario, tape: Tape): Promise<Error | undefined> {
  const { tape: recorded, result } = await runTape(used, scenario, tape, { seed: SEED });
  const { finding, capped } = result;
  const id = finding?.id ?? (capped === undefined ? undefined : STEP_LIMIT);
  const vacuity = vacuityOf(tape);
  if (id === undefined) return await vacuity?.see(used, scenario, result);
  vacuity?.settle();
  if (await new LeftOut(used, scenario, SEED).breaks(id, tape.skip)) return undefined;
  tape.lineage.finding ??= id;
  if (tape.lineage.finding !== id) return undefined;
  if (finding === undefined) return new StepLimitError(capped!, recorded);
  return new RaceError(finding, recorded, await shown(used, scenario, recorded, finding));
}

/** Runs it once more, traced: where in the code, and which values. A worker that spins would take seconds again. */
async function shown(
  environment: Environment,
  scenario: Scenario,
  tape: Tape,
  { id }: Finding,
): Promise<string | undefined> {
  if (id === STARVED) return undefined;
  const { result } = await runTape(environment, scenario, tape, { seed: SEED, traced: true });
  return result.finding?.id === id ? render(scenario, tape, result, result.finding) : undefined;
}

function render(scenario: Scenario, tape: Tape, { steps }: ExecutionResult, finding: Finding): string {
  return renderFailedRun({
    scenario: scenario.name,
    seed: SEED,
    workers: scenario.workers.length,
    faultBudget: scenario.faults.budget,
    tape: recordTape(tape),
    verdict: verdictOf(finding),
    steps: recordSteps(steps),
  });
}
