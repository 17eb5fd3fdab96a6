/** For tests: runs a scenario along a list of deviations from the calm execution. */
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { scenario, type ScenarioOptions, type WorkerBody } from '../../scenario.js';
import type { FaultKind } from '../../wire/fault.js';
import { faultSpec, type AimedFault } from '../../wire/fault-spec.js';
import type { Environment } from '../environment.js';
import { execute, type ExecutionResult } from '../execution.js';
import type { Decision } from '../step.js';

/** A deviation from the calm choice, taken at the first point where it is possible. */
export interface Deviation {
  (decision: Decision): number | undefined;
  /** What the scenario must allow for it. */
  readonly fault?: FaultKind | AimedFault;
}

/**
 * Injects a fault where it first applies.
 *
 * @param command - at the first command with this name only
 */
export function fault(given: FaultKind | AimedFault, command?: string): Deviation {
  const wanted = faultSpec(given);
  const take = ({ faults }: Decision): number | undefined => {
    const at = faults.findIndex(
      ({ spec, at: move }) =>
        isDeepStrictEqual(spec, wanted) && (command === undefined || move.command?.[0] === command),
    );
    return at < 0 ? undefined : -1 - at;
  };
  return Object.assign(take, { fault: given });
}

/** Fires the next timer, even though something else could go on. */
export const timer: Deviation = ({ moves }) => {
  const at = moves.findIndex(({ kind }) => kind === 'timer');
  return at < 0 ? undefined : at;
};

/** Lets happen what is on its way, before anything else. */
export const event: Deviation = ({ moves }) => {
  const at = moves.findIndex(({ kind }) => kind === 'event');
  return at < 0 ? undefined : at;
};

/** Lets this worker go on as soon as it can. */
export function worker(number: number): Deviation {
  return ({ moves }) => {
    const at = moves.findIndex((move) => move.worker === number && move.kind !== 'timer');
    return at < 0 ? undefined : at;
  };
}

/** Lets this worker send this command, as soon as it is at the gate. */
export function command(number: number, name: string): Deviation {
  return ({ moves }) => {
    const at = moves.findIndex((move) => move.worker === number && move.command?.[0] === name);
    return at < 0 ? undefined : at;
  };
}

export interface Play extends Partial<Omit<ScenarioOptions, 'workers' | 'faults'>> {
  readonly workers: readonly WorkerBody[];
  readonly deviations: readonly Deviation[];
}

/** Runs it, and makes sure that every deviation took place. */
export async function play(
  environment: Environment,
  { deviations, ...options }: Play,
): Promise<ExecutionResult> {
  const left = [...deviations];
  const struck = deviations.flatMap((one) => one.fault ?? []);
  const kinds = struck.filter((one, at) => struck.findIndex((other) => isDeepStrictEqual(one, other)) === at);
  const cast = scenario({
    name: 'play',
    invariants: [],
    workersMayFail: true,
    ...options,
    faults: { kinds, budget: struck.length },
  });
  const result = await execute(environment, cast, {
    seed: 1,
    chooser: {
      choose: (decision) => {
        const choice = left[0]?.(decision);
        if (choice === undefined) return 0;
        left.shift();
        return choice;
      },
    },
  });
  expect(left.length, 'deviations that did not take place').toBe(0);
  return result;
}

/** Runs one worker and gives what it returned, or `rejected: …`, or `pending`. */
export async function outcome(
  environment: Environment,
  { worker: body, ...options }: Omit<Play, 'workers'> & { readonly worker: WorkerBody },
): Promise<unknown> {
  let seen: unknown = 'pending';
  const watched: WorkerBody = async (context) => {
    const found = await body(context).catch((error: unknown) => `rejected: ${(error as Error).message}`);
    // What comes when everything is closed in the end is no answer.
    if (!context.signal.aborted) seen = found;
  };
  await play(environment, { ...options, workers: [watched] });
  return seen;
}
