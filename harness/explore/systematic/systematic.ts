import type { ExecutionResult } from '../../execution/execution.js';
import type { MadeChoice } from '../../execution/choices.js';
import { isEarlyTimeout } from '../../execution/early.js';
import type { Choice, Decision } from '../../execution/steps/decision.js';
import type { Crew, Elsewhere } from '../strategy/crew.js';
import type { PlannedExecution, Strategy, StrategyStatus } from '../strategy/strategy.js';
import { Prefetch } from './prefetch.js';
import type { Outline, Prefix, PrefixSource, PrefixTasks } from './prefix.js';
import type { Bounds } from '../../record/verdict.js';

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
 *
 * @internal
 */
export class Systematic implements Strategy<PrefixTasks>, PlannedExecution<PrefixTasks>, PrefixSource {
  /** `waiting[faults][preemptions]`; the last branch added is the first taken. */
  readonly #waiting: Branch[][][];
  #pending: number;
  #current: Branch | undefined;
  #position = 0;
  #capped = false;
  #prefetch: Prefetch | undefined;
  /** Moves of this execution that are outside of the bounds: position and move, one pair after the other. */
  #beyond: number[] = [];
  /** Something was outside of them. */
  #bounded = false;

  /**
   * @param maxPreemptions - times that the processor is taken away from a worker that could go on
   * @param maxFaults - faults in one execution
   * @param prefixes - where to begin, the first one first; what they cost already does not count
   * @param clientTimers - timeouts and pauses of clients may be early
   */
  constructor(
    readonly maxPreemptions: number,
    readonly maxFaults: number,
    prefixes: readonly Prefix[] = [[]],
    readonly clientTimers = false,
  ) {
    this.#waiting = Array.from({ length: maxFaults + 1 }, () =>
      Array.from({ length: maxPreemptions + 1 }, () => []),
    );
    this.#pending = prefixes.length;
    for (const prefix of prefixes.toReversed())
      this.#waiting[0]![0]!.push(new Branch(prefix, prefix.length - 1, prefix.at(-1) ?? 0, 0, 0));
  }

  get bounds(): Bounds {
    const bounds = { preemptions: this.maxPreemptions, faults: this.maxFaults };
    return this.#bounded ? { ...bounds, clientTimers: false } : bounds;
  }

  /** What the execution that runs left out: see `Outline`. */
  get beyond(): readonly number[] {
    return this.#beyond;
  }

  get complete(): boolean {
    return this.#pending === 0 && this.#current === undefined && !this.#capped;
  }

  get pending(): number {
    return this.#pending;
  }

  get status(): StrategyStatus {
    const { bounds, complete, pending } = this;
    return { name: 'systematic', bounds, complete, pending };
  }

  start(): this | undefined {
    this.#position = 0;
    this.#beyond = [];
    for (const level of this.#waiting) {
      for (const bucket of level) {
        const next = bucket.pop();
        if (next === undefined) continue;
        this.#pending -= 1;
        this.#current = next;
        return this;
      }
    }
    this.#current = undefined;
    return undefined;
  }

  choose({ moves }: Decision): Choice {
    const { parent, at, choice } = this.#current!;
    const position = this.#position++;
    if (!this.clientTimers && position > at) {
      for (const [nth, move] of moves.entries()) if (isEarlyTimeout(move)) this.#beyond.push(position, nth);
    }
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

  async elsewhere(crew: Crew<PrefixTasks>): Promise<Elsewhere> {
    this.#prefetch ??= new Prefetch(crew);
    const outline = await this.#prefetch.next(this);
    const { capped, offered, sights, failed } = outline;
    return { capped, offered, sights, failed, learn: () => this.take(outline) };
  }

  learn({ choices, capped }: Pick<ExecutionResult, 'choices' | 'capped'>): void {
    this.take({ points: pointsBehind(choices, this.#current!.at + 1), beyond: this.#beyond, capped });
  }

  /** Learns from an execution, whoever has run it. */
  take({ points, beyond, capped }: Pick<Outline, 'points' | 'beyond' | 'capped'>): void {
    const { prefix, preemptions, faults } = this.#current!;
    this.#current = undefined;
    if (capped !== undefined) this.#capped = true;
    if (beyond.length > 0) this.#bounded = true;
    const left = new Map<number, Set<number>>();
    for (let at = 0; at < beyond.length; at += 2)
      left.set(beyond[at]!, (left.get(beyond[at]!) ?? new Set()).add(beyond[at + 1]!));
    const made = [...prefix, ...Array.from({ length: points.length / 3 }, () => 0)];
    // Backwards, so that a bucket gives the earliest deviation first.
    for (let at = made.length - 1; at >= prefix.length; at--) {
      const point = (at - prefix.length) * 3;
      const [moves, free, kinds] = [points[point]!, points[point + 1]!, points[point + 2]!];
      for (let fault = kinds - 1; fault >= 0; fault--)
        this.#add(new Branch(made, at, -1 - fault, preemptions, faults + 1));
      for (let move = moves - 1; move >= 1; move--) {
        if (left.get(at)?.has(move) === true) continue;
        this.#add(new Branch(made, at, move, preemptions + (move < free ? 0 : 1), faults));
      }
    }
  }

  #add(branch: Branch): void {
    const bucket = this.#waiting[branch.faults]?.[branch.preemptions];
    if (bucket === undefined) return;
    bucket.push(branch);
    this.#pending += 1;
  }
}

/** What there was to choose from, at every choice of an execution from `from` on: see `Outline`. @internal */
export function pointsBehind(choices: readonly MadeChoice[], from: number): number[] {
  return choices.slice(from).flatMap(({ moves, free, faults }) => [moves, free, faults]);
}
