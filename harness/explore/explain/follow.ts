import type { Environment } from '../../execution/environment.js';
import { execute, type ExecutionResult } from '../../execution/execution.js';
import type { Choice, Chooser, Decision, PerformedStep } from '../../execution/step.js';
import type { Scenario } from '../../scenario.js';

/** A step of another execution of the same scenario, by its identity. */
export type Wanted = Pick<PerformedStep, 'id' | 'fault'>;

/**
 * Performs the steps of a list in their order, as far as they are possible. What comes up besides them is performed
 * when it is the calm choice, or when nothing of the list is possible: a worker that now does something else is not
 * held up for it. Behind the end of the list everything is calm. Unlike a tape, which counts moves, this still means
 * the same steps when one of them is moved or left out.
 */
export class Follower implements Chooser {
  readonly #known: ReadonlySet<string>;

  constructor(readonly wanted: readonly Wanted[]) {
    // What the server was struck before may never have been performed, and yet it is where that has to happen.
    this.#known = new Set(wanted.flatMap(({ id }) => [id, id.replace(/^server before /, '')]));
  }

  last(decision: Decision): Choice {
    return this.#wantedOf(decision);
  }

  choose(decision: Decision): Choice {
    const calm = decision.moves[0]!;
    if (calm.kind !== 'timer' && !this.#known.has(calm.id)) return 0;
    return this.#wantedOf(decision);
  }

  #wantedOf({ moves, faults }: Decision): Choice {
    // A step has one identity in an execution: what was performed already does not come up again.
    for (const { id, fault } of this.wanted) {
      if (fault === undefined) {
        const move = moves.findIndex((candidate) => candidate.id === id);
        if (move >= 0) return move;
      } else {
        const index = faults.findIndex(({ spec, at }) => spec.kind === fault && at.id === id);
        if (index >= 0) return -1 - index;
      }
    }
    return 0;
  }
}

/** What the executions of one explanation have in common. */
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
 * @returns undefined where the lab could not go on with it, so that it says nothing
 * @throws ServerGoneError when there is no server any more
 */
export async function tryOut(
  { environment, scenario, skip, seed }: Trial,
  chooser: Chooser,
): Promise<ExecutionResult | undefined> {
  try {
    return await execute(environment, scenario, { chooser, skip, seed });
  } catch {
    await environment.checkServer();
    return undefined;
  }
}

/** Did everything go well, to the end? */
export function passes(result: ExecutionResult | undefined): boolean {
  return result !== undefined && result.finding === undefined && result.capped === undefined;
}
