import { ScenarioError } from '../../base/scenario-error.js';
import type { History } from '../../check/history.js';
import type { Stage } from '../stage/stage.js';
import { causesOf } from './could-not-look.js';

/**
 * What an invariant threw because it is written wrongly: it used the lab in a way that makes no sense, or a name that does
 * not exist. It has then not looked at the outcome. What a worker ran into is the worker's, even where an invariant throws it.
 *
 * @returns undefined for anything that may be about the outcome
 * @internal
 */
export function misuseIn(thrown: unknown, { operations, ends }: History): Error | undefined {
  const ofWorkers = new Set([...operations, ...ends].map(({ error }) => error));
  for (const error of causesOf(thrown)) {
    if (ofWorkers.has(error)) return undefined;
    if (isScenarioError(error) || error.name === 'ReferenceError') return error;
  }
  return undefined;
}

/**
 * A worker used the lab in a way that makes no sense: what it did then says nothing about what it was written for.
 *
 * @throws ScenarioError that names the worker
 * @internal
 */
export function checkMisuse({ workers, uncaught }: Pick<Stage, 'workers' | 'uncaught'>): void {
  const ended = workers.map(({ flow, error }) => ({ worker: flow.worker, error }));
  for (const { worker, error } of [...ended, ...uncaught]) {
    if (!(error instanceof Error) || !isScenarioError(error)) continue;
    throw new ScenarioError(`w${worker}: ${error.message}`, { cause: error });
  }
}

/** Also one of another copy of the package. */
function isScenarioError({ name }: Error): boolean {
  return name === 'ScenarioError';
}
