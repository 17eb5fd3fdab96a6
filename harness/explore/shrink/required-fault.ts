import { execute, type ExecutionResult } from '../../execution/execution.js';
import type { Environment } from '../../execution/host/environment.js';
import type { Scenario } from '../../scenario/types.js';
import { Follower } from '../tape/follow.js';
import type { Failure } from '../tape/run-tape.js';

/** Is a fault there, where the scenario asks for one? @internal */
export function hasRequiredFault(
  { faults }: Pick<Scenario, 'faults'>,
  result: Pick<ExecutionResult, 'faults'>,
): boolean {
  return faults.required !== true || result.faults > 0;
}

/**
 * Is this failure what the scenario is about? Where it asks for a fault, the same steps must not fail without it.
 *
 * @internal
 */
export async function isAsRequired(
  environment: Environment,
  scenario: Scenario,
  { tape: { skip }, result: { finding, faults, steps } }: Failure,
  seed: number,
): Promise<boolean> {
  if (scenario.faults.required !== true) return true;
  if (faults === 0) return false;
  const chooser = new Follower(steps.map(({ id }) => ({ id, fault: undefined })));
  const without = await execute(environment, scenario, { chooser, skip, seed });
  return without.finding?.id !== finding.id;
}
