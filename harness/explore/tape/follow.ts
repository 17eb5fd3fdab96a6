import type { Choice, Chooser, Decision } from '../../execution/steps/decision.js';
import type { Move } from '../../execution/steps/move.js';
import type { PerformedStep } from '../../execution/steps/step.js';

/**
 * A step of another execution of the same scenario, known by its identity and by the fault that was injected there.
 *
 * @internal
 */
export type StepReference = Pick<PerformedStep, 'id' | 'fault'>;

/**
 * Performs the steps of a list in their order, as far as they are possible. What comes up besides them is performed
 * when it is the calm choice, or when nothing of the list is possible: a worker that now does something else is not
 * held up for it. Behind the end of the list everything is calm. Unlike a tape, which counts moves, this still means
 * the same steps when one of them is moved or left out.
 *
 * @internal
 */
export class Follower implements Chooser {
  readonly #known: ReadonlySet<string>;

  /** @param wanted - the list, in the order in which the steps are to be performed */
  constructor(readonly wanted: readonly StepReference[]) {
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

  #wantedOf(decision: Decision): Choice {
    // A step has one identity in an execution: what was performed already does not come up again.
    for (const step of this.wanted) {
      const choice = choiceOf(step, decision);
      if (choice !== undefined) return choice;
    }
    return 0;
  }
}

/**
 * Performs the steps of a list, each in its turn; behind its end everything is calm. What is not in the list waits.
 *
 * @internal
 */
export class Beginning implements Chooser {
  #next = 0;

  /** @param wanted - how an execution began */
  constructor(readonly wanted: readonly StepReference[]) {}

  last(decision: Decision): Choice {
    return this.choose(decision);
  }

  choose(decision: Decision): Choice {
    const step = this.wanted[this.#next];
    const choice = step === undefined ? undefined : choiceOf(step, decision);
    if (choice === undefined) return 0;
    this.#next += 1;
    return choice;
  }

  forced({ id }: Move): void {
    if (this.wanted[this.#next]?.id === id) this.#next += 1;
  }
}

/** @returns undefined where the step is not possible */
function choiceOf({ id, fault }: StepReference, { moves, faults }: Decision): Choice | undefined {
  if (fault === undefined) {
    const move = moves.findIndex((candidate) => candidate.id === id);
    return move < 0 ? undefined : move;
  }
  const index = faults.findIndex(({ spec, at }) => spec.kind === fault && at.id === id);
  return index < 0 ? undefined : -1 - index;
}
