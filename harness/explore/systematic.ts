import type { ExecutionResult, MadeChoice } from '../execution/execution.js';
import type { Choice, Decision } from '../execution/step.js';
import { Speculation, type Crew, type Elsewhere, type Foresighted } from './crew.js';
import type { Bounds } from './verdict.js';

/** A tape prefix that was not run yet: the choices of its parent up to `at`, then another choice there. */
interface Prefix {
  readonly parent: readonly number[];
  /** -1 for the calm execution, which deviates nowhere. */
  readonly at: number;
  readonly choice: number;
  readonly preemptions: number;
  readonly faults: number;
}

/**
 * Tries every execution with at most so many preemptions and faults, fewest faults first, then fewest preemptions
 * (iterative context bounding, Musuvathi and Qadeer, PLDI 2007).
 *
 * Every execution is a prefix followed by calm choices, and has exactly one such prefix that ends in a choice other
 * than the calm one. So each run yields its untried neighbours, each execution is run once, and the first failure
 * is one with the fewest faults and preemptions. Unlike the paper's algorithm nothing is run twice when the bound
 * grows: what is beyond the current level waits in its bucket.
 */
export class Systematic implements Foresighted {
  readonly name = 'systematic';
  readonly bounds: Bounds;
  /** `waiting[faults][preemptions]`; the last prefix added is the first taken. */
  readonly #waiting: Prefix[][][];
  #pending = 1;
  #current: Prefix | undefined;
  #position = 0;
  #capped = false;
  #speculation: Speculation | undefined;

  /**
   * @param maxPreemptions - times that the processor is taken away from a worker that could go on
   * @param maxFaults - faults in one execution
   */
  constructor(
    readonly maxPreemptions: number,
    maxFaults: number,
  ) {
    this.bounds = { preemptions: maxPreemptions, faults: maxFaults };
    this.#waiting = Array.from({ length: maxFaults + 1 }, () =>
      Array.from({ length: maxPreemptions + 1 }, () => []),
    );
    this.#waiting[0]![0]!.push({ parent: [], at: -1, choice: 0, preemptions: 0, faults: 0 });
  }

  get complete(): boolean {
    return this.#pending === 0 && this.#current === undefined && !this.#capped;
  }

  get pending(): number {
    return this.#pending;
  }

  start(): boolean {
    this.#position = 0;
    for (const level of this.#waiting) {
      for (const bucket of level) {
        const next = bucket.pop();
        if (next === undefined) continue;
        this.#pending -= 1;
        this.#current = next;
        return true;
      }
    }
    this.#current = undefined;
    return false;
  }

  choose(_decision: Decision): Choice {
    const { parent, at, choice } = this.#current!;
    const position = this.#position++;
    if (position < at) return parent[position]!;
    return position === at ? choice : 0;
  }

  get tape(): number[] {
    return tapeOf(this.#current!);
  }

  ahead(count: number): number[][] {
    const tapes: number[][] = [];
    for (const bucket of this.#waiting.flat()) {
      for (let from = bucket.length - 1; from >= 0; from--) {
        if (tapes.length >= count) return tapes;
        tapes.push(tapeOf(bucket[from]!));
      }
    }
    return tapes;
  }

  async elsewhere(crew: Crew): Promise<Elsewhere> {
    this.#speculation ??= new Speculation(this, crew);
    const outline = await this.#speculation.outline();
    const { capped, offered, failed } = outline;
    return { capped, offered, failed, learn: () => this.learn(outline) };
  }

  learn({ choices, capped }: Pick<ExecutionResult, 'choices' | 'capped'>): void {
    const { at, preemptions, faults } = this.#current!;
    this.#current = undefined;
    if (capped !== undefined) this.#capped = true;
    const made = choices.map(({ choice }) => choice);
    // Backwards, so that a bucket gives the earliest deviation first.
    for (let position = choices.length - 1; position > at; position--) {
      this.#branch(made, position, choices[position]!, preemptions, faults);
    }
  }

  #branch(
    made: readonly number[],
    at: number,
    { moves, free, faults: kinds }: MadeChoice,
    preemptions: number,
    faults: number,
  ): void {
    for (let fault = kinds - 1; fault >= 0; fault--)
      this.#add({ parent: made, at, choice: -1 - fault, preemptions, faults: faults + 1 });
    for (let move = moves - 1; move >= 1; move--) {
      this.#add({ parent: made, at, choice: move, preemptions: preemptions + (move < free ? 0 : 1), faults });
    }
  }

  #add(prefix: Prefix): void {
    const bucket = this.#waiting[prefix.faults]?.[prefix.preemptions];
    if (bucket === undefined) return;
    bucket.push(prefix);
    this.#pending += 1;
  }
}

function tapeOf({ parent, at, choice }: Prefix): number[] {
  return at < 0 ? [] : [...parent.slice(0, at), choice];
}
