/** For tests: runs workers along a list of deviations from the calm execution, with nothing else to be checked. */
import { isDeepStrictEqual } from 'node:util';
import { scenario } from '../../scenario/scenario.js';
import type { ScenarioOptions, WorkerBody } from '../../scenario/types.js';
import type { ExecutionResult } from '../execution.js';
import type { Environment } from '../host/environment.js';
import { runDeviations, type Deviation } from './deviations.js';

/** What to run: a scenario that allows the faults among the deviations, and no others. */
export interface Play extends Partial<Omit<ScenarioOptions, 'workers' | 'faults'>> {
  readonly workers: readonly WorkerBody[];
  readonly deviations: readonly Deviation[];
}

/** Runs it, and makes sure that every deviation took place. */
export function play(environment: Environment, { deviations, ...options }: Play): Promise<ExecutionResult> {
  const struck = deviations.flatMap((one) => one.fault ?? []);
  const kinds = struck.filter((one, at) => struck.findIndex((other) => isDeepStrictEqual(one, other)) === at);
  const played = scenario({
    name: 'play',
    invariants: [],
    workersMayFail: true,
    ...options,
    faults: { kinds, budget: struck.length },
  });
  return runDeviations(environment, played, deviations);
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
