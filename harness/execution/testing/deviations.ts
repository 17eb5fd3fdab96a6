/** For tests: an execution as a list of deviations from the calm one. */
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { FaultKind } from '../../faults/catalogue.js';
import { faultSpec, type AimedFault } from '../../faults/spec.js';
import type { Scenario } from '../../scenario/types.js';
import { execute, type ExecutionResult } from '../execution.js';
import type { Environment } from '../host/environment.js';
import type { Decision, FaultMove } from '../steps/decision.js';
import type { Move } from '../steps/move.js';

/** A deviation from the calm choice, taken at the first point where it is possible; undefined where it is not. */
export interface Deviation {
  (decision: Decision): number | undefined;
  /** What the scenario must allow for it. */
  readonly fault?: FaultKind | AimedFault;
}

/** Performs the first move of which this is true, as soon as there is one. */
export function move(matches: (move: Move) => boolean): Deviation {
  return ({ moves }) => {
    const at = moves.findIndex(matches);
    return at < 0 ? undefined : at;
  };
}

/** Injects the first fault of which this is true, as soon as there is one. */
export function anyFault(matches: (fault: FaultMove) => boolean): Deviation {
  return ({ faults }) => {
    const at = faults.findIndex(matches);
    return at < 0 ? undefined : -1 - at;
  };
}

/**
 * Injects a fault where it first applies.
 *
 * @param command - at the first command with this name only
 */
export function fault(given: FaultKind | AimedFault, command?: string): Deviation {
  const wanted = faultSpec(given);
  const take = anyFault(
    ({ spec, at }) =>
      isDeepStrictEqual(spec, wanted) && (command === undefined || at.command?.[0] === command),
  );
  return Object.assign(take, { fault: given });
}

/** Injects a fault, whichever comes first, at the move with this identity. */
export function faultAt(id: string): Deviation {
  return anyFault(({ at }) => at.id === id);
}

/** Fires the next timer, even though something else could go on. */
export const timer: Deviation = move(({ kind }) => kind === 'timer');

/** Lets time pass until the next key expires. */
export const expiry: Deviation = move(({ kind }) => kind === 'expiry');

/** Lets this worker go on as soon as it can. */
export function worker(number: number): Deviation {
  return move((one) => one.worker === number && one.kind !== 'timer');
}

/** Lets this worker send this command, as soon as it is at the gate. */
export function command(number: number, name: string): Deviation {
  return move((one) => one.worker === number && one.command?.[0] === name);
}

/** Performs the move with this identity. */
export function moveOf(id: string): Deviation {
  return move((one) => one.id === id);
}

/** Runs a scenario along deviations, each once the one before it took place, and makes sure that all of them do. */
export async function runDeviations(
  environment: Environment,
  scenario: Scenario,
  deviations: readonly Deviation[],
): Promise<ExecutionResult> {
  const left = [...deviations];
  const choose = (decision: Decision): number => {
    const choice = left[0]?.(decision);
    if (choice === undefined) return 0;
    left.shift();
    return choice;
  };
  const result = await execute(environment, scenario, { chooser: { choose }, seed: 1 });
  expect(left.length, 'deviations that did not take place').toBe(0);
  return result;
}
