import type { Environment } from '../execution/environment.js';
import { STARVED, type ExecutionResult, type Finding } from '../execution/execution.js';
import { recordSteps } from '../record/build.js';
import { renderFailedRun } from '../record/failed-run.js';
import type { Scenario } from '../scenario.js';
import { withKeptEnvironment } from './kept-environment.js';
import { LeftOut } from './left-out.js';
import { runTape } from './shrink-failure.js';
import type { Tape } from './tape.js';

/** A scenario failed on a tape: what a property throws, so that fast-check shrinks the tape. */
export class RaceError extends Error {
  override name = 'RaceError';

  /** @param shown - the execution, for people to read */
  constructor(
    readonly finding: Finding,
    readonly tape: Tape,
    shown?: string,
  ) {
    const { id, expected, observed } = finding;
    const what = `${id}: expected ${expected}, observed ${observed} on tape ${tape.toString()}`;
    super(shown === undefined ? what : `${what}\n\n${shown}\n`);
  }
}

/** An execution was given up: whether the scenario holds on this tape is not known, so it does not pass. */
export class StepLimitError extends Error {
  override name = 'StepLimitError';
  constructor(
    limit: string,
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
 * await fc.assert(fc.asyncProperty(tapes({ workers: 3 }), (tape) => holdsOn(counter, tape)));
 * ```
 *
 * While fast-check shrinks, only a failure of the same invariant counts, and none that is due to the
 * absence of workers alone.
 *
 * @param environment - connections to use; default: those of the run before, on the server of this process
 * @throws RaceError when something is wrong, with the steps; StepLimitError when the execution does not end
 */
export async function holdsOn(scenario: Scenario, tape: Tape, environment?: Environment): Promise<void> {
  const judged = (used: Environment): Promise<Error | undefined> => failureOn(used, scenario, tape);
  const failure = environment === undefined ? await withKeptEnvironment(judged) : await judged(environment);
  if (failure !== undefined) throw failure;
}

async function failureOn(used: Environment, scenario: Scenario, tape: Tape): Promise<Error | undefined> {
  const { tape: recorded, result } = await runTape(used, scenario, tape, { seed: SEED });
  const { finding, capped } = result;
  const id = finding?.id ?? (capped === undefined ? undefined : STEP_LIMIT);
  if (id === undefined) return undefined;
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
  const { kind, id, expected, observed } = finding;
  return renderFailedRun({
    scenario: scenario.name,
    seed: SEED,
    workers: scenario.workers.length,
    faultBudget: scenario.faults.budget,
    tape: { skip: [...tape.skip], choices: [...tape.choices] },
    verdict: { kind, invariant: id, expected, observed },
    steps: recordSteps(steps),
  });
}
