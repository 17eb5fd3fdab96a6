import { execute, type ExecutionResult } from '../../execution/execution.js';
import type { Environment } from '../../execution/host/environment.js';
import type { Chooser } from '../../execution/steps/decision.js';
import type { Scenario } from '../../scenario/types.js';

/** What the executions of one explanation have in common. @internal */
export interface Trial {
  readonly environment: Environment;
  readonly scenario: Scenario;
  /** 1-based workers that do not take part. */
  readonly skip: readonly number[];
  readonly seed: number;
}

/**
 * Runs one variation of a failing execution.
 *
 * @param traced - with source lines and values, as a record keeps it
 * @returns undefined where the lab could not go on with it, so that it says nothing
 * @throws ServerGoneError when there is no server any more
 * @internal
 */
export async function tryOut(
  { environment, scenario, skip, seed }: Trial,
  chooser: Chooser,
  traced = false,
): Promise<ExecutionResult | undefined> {
  try {
    return await execute(environment, scenario, { chooser, skip, seed, traced });
  } catch {
    await environment.checkServer();
    return undefined;
  }
}

/** Did everything go well, to the end? @internal */
export function passes(result: ExecutionResult | undefined): boolean {
  return result !== undefined && result.finding === undefined && result.capped === undefined;
}
