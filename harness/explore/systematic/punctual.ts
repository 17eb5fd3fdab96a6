import type { ExecutionResult } from '../../execution/execution.js';
import type { Choice, Decision } from '../../execution/steps/decision.js';
import { Systematic } from './systematic.js';

/**
 * A systematic search in which a timer counts as a preemption when it fires before another one that is due earlier:
 * whoever waits for that one is held up. Where clients try to reconnect again and again, each time at another timer,
 * every order of these timers and all others would be free otherwise.
 *
 * @internal
 */
export class Punctual extends Systematic {
  /** How many moves preempt nobody, at each choice of this execution. */
  #free: number[] = [];

  override start(): this | undefined {
    this.#free = [];
    return super.start();
  }

  override choose(decision: Decision): Choice {
    this.#free.push(punctual(decision));
    return super.choose(decision);
  }

  override learn({ choices, capped }: Pick<ExecutionResult, 'choices' | 'capped'>): void {
    super.learn({ choices: choices.map((choice, at) => ({ ...choice, free: this.#free[at]! })), capped });
  }
}

/** What happens when its time has come stands behind everything else, in the order of these times. */
function punctual({ moves, free }: Decision): number {
  const first = moves.findIndex(({ dueMs }) => dueMs !== undefined);
  return first < 0 ? free : Math.min(free, first + 1);
}
