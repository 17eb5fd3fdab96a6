import { ScenarioError } from '../../base/scenario-error.js';
import { shown } from '../../base/shown.js';
import type { Model, ModelCall, ModelStep } from './model.js';
import { alike, keyOf } from './values.js';

/** The operation cannot come in that state. @internal */
export const REFUSED = -1;

/**
 * The states of a model, as numbers, and which comes of which by which operation. Each is asked of the model once.
 *
 * @internal
 */
export class Transitions {
  readonly #states: unknown[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #known = new Map<number, number>();
  readonly #model: Model;

  constructor(
    readonly of: Model,
    readonly calls: readonly ModelCall[],
  ) {
    this.#model = of;
    this.#numberOf(of.init);
  }

  /** The state that comes of it, or `REFUSED`. State 0 is the first one. */
  next(state: number, call: number): number {
    const key = state * this.calls.length + call;
    let to = this.#known.get(key);
    if (to === undefined) {
      const step = this.#step(state, call);
      to = 'refused' in step ? REFUSED : this.#numberOf(step.state);
      this.#known.set(key, to);
    }
    return to;
  }

  /** Why it cannot come there, in words. */
  reason(state: number, call: number): string {
    const step = this.#step(state, call);
    return 'refused' in step ? step.refused : 'it would change nothing';
  }

  #step(state: number, nth: number): ModelStep<unknown> {
    const call = this.calls[nth]!;
    const step = this.#model.step(this.#states[state], call);
    if (typeof step !== 'object' || step === null || !('state' in step || 'refused' in step))
      throw new ScenarioError(
        `the model returned ${shown(step)} for "${call.name}": step returns { state }, { state, output } or { refused: 'why' }`,
      );
    if ('refused' in step || !call.known || !('output' in step) || alike(step.output, call.output))
      return step;
    return { refused: `it would have returned ${shown(step.output)}` };
  }

  #numberOf(state: unknown): number {
    const key = keyOf(state, false);
    const found = this.#numbers.get(key);
    if (found !== undefined) return found;
    const number = this.#states.push(state) - 1;
    this.#numbers.set(key, number);
    return number;
  }
}
