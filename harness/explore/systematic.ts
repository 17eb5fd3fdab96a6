import type { ExecutionResult, MadeChoice } from '../execution/execution.js';
import type { Choice, Decision } from '../execution/step.js';
import type { Crew, Elsewhere } from './crew.js';
import { Prefetch, type Outline, type Planned, type Prefix } from './prefixes.js';
import type { Strategy } from './strategy.js';
import type { Bounds } from './verdict.js';

/** An execution that was not run yet: the choices of its parent up to `at`, then another choice there. */
class Branch {
  /** @param at - -1 for the calm execution, which deviates nowhere */
  constructor(
    readonly parent: readonly Choice[],
    readonly at: number,
    readonly choice: Choice,
    readonly preemptions: number,
    readonly faults: number,
  ) {}

  get prefix(): Choice[] {
    return this.at < 0 ? [] : [...this.parent.slice(0, this.at), this.choice];
  }
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
export class Systematic implements Strategy, Planned {
  readonly name = 'systematic';
  readonly bounds: Bounds;
  /** `waiting[faults][preemptions]`; the last branch added is the first taken. */
  readonly #waiting: Branch[][][];
  #pending: number;
  #current: Branch | undefined;
  #position = 0;
  #capped = false;
  #prefetch: Prefetch | undefined;

  /**
   * @param maxPreemptions - times that the processor is taken away from a worker that could go on
   * @param maxFaults - faults in one execution
   * @param prefixes - where to begin, the first one first; what they cost already does not count
   */
  constructor(
    readonly maxPreemptions: number,
    maxFaults: number,
    prefixes: readonly Prefix[] = [[]],
  ) {
    this.bounds = { preemptions: maxPreemptions, faults: maxFaults };
    this.#waiting = Array.from({ length: maxFaults + 1 }, () =>
      Array.from({ length: maxPreemptions + 1 }, () => []),
    );
    this.#pending = prefixes.length;
    for (const prefix of prefixes.toReversed())
      this.#waiting[0]![0]!.push(new Branch(prefix, prefix.length - 1, prefix.at(-1) ?? 0, 0, 0));
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

  last(decision: Decision): Choice {
    return this.choose(decision);
  }

  get prefix(): Choice[] {
    return this.#current!.prefix;
  }

  *waiting(): Iterable<Branch> {
    for (const bucket of this.#waiting.flat()) {
      for (let from = bucket.length - 1; from >= 0; from--) yield bucket[from]!;
    }
  }

  async elsewhere(crew: Crew): Promise<Elsewhere> {
    this.#prefetch ??= new Prefetch(crew);
    const outline = await this.#prefetch.next(this);
    const { capped, offered, failed } = outline;
    return { capped, offered, failed, learn: () => this.take(outline) };
  }

  learn({ choices, capped }: Pick<ExecutionResult, 'choices' | 'capped'>): void {
    this.take({ points: pointsBehind(choices, this.#current!.at + 1), capped });
  }

  /** Learns from an execution, whoever has run it. */
  take({ points, capped }: Pick<Outline, 'points' | 'capped'>): void {
    const { prefix, preemptions, faults } = this.#current!;
    this.#current = undefined;
    if (capped !== undefined) this.#capped = true;
    const made = [...prefix, ...Array.from({ length: points.length / 3 }, () => 0)];
    // Backwards, so that a bucket gives the earliest deviation first.
    for (let at = made.length - 1; at >= prefix.length; at--) {
      const point = (at - prefix.length) * 3;
      const [moves, free, kinds] = [points[point]!, points[point + 1]!, points[point + 2]!];
      for (let fault = kinds - 1; fault >= 0; fault--)
        this.#add(new Branch(made, at, -1 - fault, preemptions, faults + 1));
      for (let move = moves - 1; move >= 1; move--)
        this.#add(new Branch(made, at, move, preemptions + (move < free ? 0 : 1), faults));
    }
  }

  #add(branch: Branch): void {
    const bucket = this.#waiting[branch.faults]?.[branch.preemptions];
    if (bucket === undefined) return;
    bucket.push(branch);
    this.#pending += 1;
  }
}

/** What there was to choose from, at every choice of an execution from `from` on: see `Outline`. */
export function pointsBehind(choices: readonly MadeChoice[], from: number): number[] {
  return choices.slice(from).flatMap(({ moves, free, faults }) => [moves, free, faults]);
}
