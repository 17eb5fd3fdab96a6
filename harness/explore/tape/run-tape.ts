import type { Environment } from '../../execution/host/environment.js';
import { execute, type ExecutionOptions, type ExecutionResult } from '../../execution/execution.js';
import type { FailedResult } from '../../record/build.js';
import type { Scenario } from '../../scenario/types.js';
import { Tape, TapePlayer } from './tape.js';

/** An execution, and the tape of what was really chosen in it. @internal */
export interface TapedExecution {
  readonly tape: Tape;
  readonly result: ExecutionResult;
}

/** One at whose end something was wrong. @internal */
export interface Failure extends TapedExecution {
  readonly result: FailedResult;
}

/** Was something wrong at its end? @internal */
export function isFailure(taped: TapedExecution): taped is Failure {
  return taped.result.finding !== undefined;
}

/**
 * Runs a tape and records what was really chosen.
 *
 * @throws ServerGoneError, SetupError, UncontrolledWaitError, UnsupportedCommandError when the lab cannot go on
 * @internal
 */
export async function runTape(
  environment: Environment,
  scenario: Scenario,
  tape: Tape,
  options: Pick<ExecutionOptions, 'seed' | 'traced' | 'inside' | 'onStep' | 'beforeStep' | 'untilMs'>,
): Promise<TapedExecution> {
  const result = await execute(environment, scenario, {
    chooser: new TapePlayer(tape.choices),
    skip: tape.skip,
    ...options,
  });
  return { tape: Tape.of(result, tape.skip), result };
}
