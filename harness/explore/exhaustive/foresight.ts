import type { Crew } from '../strategy/crew.js';
import type { Wakeup } from '../dpor/wakeup-tree.js';
import type { CostLimits } from '../events/event.js';
import type { KnownShapes } from '../events/known-shapes.js';
import type { SavedAspect } from './observer/aspects.js';
import type { PartAnswer, PartAsk, PartTasks, PlayedExecution } from './parts.js';
import type { Divisible, Part } from '../dpor/part.js';

/** Executions of one part in one message at most. */
const BATCH = 16;
/** Parts under way for each process: it has the next one when it is done with the last. */
const UNDER_WAY = 2;
/** Executions that are kept until they are wanted; beyond it the oldest are given up, as never wanted. */
const KEPT_MAX = 4096;

/** A branch that was given to a process. */
interface Branch {
  /** What is left of it, when nobody is at work on it. */
  rest: Part | undefined;
}

/** What a search knows apart from its tree. @internal */
export interface Knowledge {
  readonly aspects: readonly SavedAspect[];
  readonly shapes: KnownShapes;
}

/**
 * Lets a crew explore branches of an exhaustive search before their turn comes. What it plays is kept by plan: an
 * execution is a function of its plan, so the search takes each of them, in its own order, as if it had run it, and
 * comes to the same result whatever the crew did. A branch may grow before its turn, or another one may be planned
 * before it: then some of what was played is never wanted, and what is missing is played then.
 *
 * @internal
 */
export class Foresight {
  readonly #played = new Map<string, PlayedExecution>();
  readonly #refused = new Set<string>();
  readonly #branches = new WeakMap<Wakeup, Branch>();
  /** Parts under way, by the steps that lead to them. */
  readonly #underWay = new Set<readonly string[]>();
  #error: Error | undefined;
  /** Something under way came back. */
  #progress!: Promise<void>;
  #progressed!: () => void;

  constructor(
    readonly crew: Crew<PartTasks>,
    readonly limits: CostLimits,
  ) {
    this.#renew();
  }

  /** The execution that the search has started; undefined when it must be run here. */
  async next(search: Divisible, knowledge: () => Knowledge): Promise<PlayedExecution | undefined> {
    const { plan } = search;
    for (;;) {
      if (this.#error !== undefined) throw this.#error;
      const found = this.#played.get(plan);
      if (found === undefined && this.#refused.has(plan)) return undefined;
      const urgent = found === undefined && !this.#awaits(search);
      this.#share(search, knowledge, UNDER_WAY * this.crew.size - (urgent ? 1 : 0));
      // The last one asked for is run first.
      if (urgent) this.#ask(search.current(), undefined, knowledge());
      if (found !== undefined) {
        this.#played.delete(plan);
        return found;
      }
      await this.#progress;
    }
  }

  /** Is somebody at work where the search stands? */
  #awaits(search: Divisible): boolean {
    const keys = search.keys;
    for (const steps of this.#underWay) if (steps.every((key, at) => keys[at] === key)) return true;
    return false;
  }

  /** Gives out branches in the order of the search; then what is left of those that were given out before. */
  #share(search: Divisible, knowledge: () => Knowledge, limit: number): void {
    const free = (): boolean => this.#underWay.size < limit;
    if (!free()) return;
    const given: Branch[] = [];
    for (const { wakeup, part } of search.branches()) {
      if (!free()) return;
      const branch = this.#branches.get(wakeup);
      if (branch !== undefined) {
        given.push(branch);
        continue;
      }
      const fresh: Branch = { rest: undefined };
      this.#branches.set(wakeup, fresh);
      this.#ask(part(), fresh, knowledge());
    }
    for (const branch of given) {
      if (!free() || this.#played.size >= KEPT_MAX / 2) return;
      const { rest } = branch;
      if (rest === undefined) continue;
      branch.rest = undefined;
      this.#ask(rest, branch, knowledge());
    }
  }

  #ask(part: Part, branch: Branch | undefined, { aspects, shapes }: Knowledge): void {
    const { limits } = this;
    const steps = part.path.slice(0, part.floor + 1).map(({ chosen }) => chosen.key);
    this.#underWay.add(steps);
    void this.#run({ limits, part, executions: BATCH, aspects, shapes }, branch).finally(() => {
      this.#underWay.delete(steps);
      this.#progressed();
      this.#renew();
    });
  }

  #renew(): void {
    this.#progress = new Promise((resolve) => {
      this.#progressed = resolve;
    });
  }

  async #run(ask: PartAsk, branch: Branch | undefined): Promise<void> {
    try {
      this.#take(await this.crew.run('part', ask), branch);
    } catch (error) {
      this.#error = error as Error;
    }
  }

  #take({ played, rest, refused }: PartAnswer, branch: Branch | undefined): void {
    for (const one of played) this.#played.set(one.plan, one);
    if (this.#played.size > KEPT_MAX) {
      for (const plan of [...this.#played.keys()].slice(0, KEPT_MAX / 2)) this.#played.delete(plan);
    }
    if (refused !== undefined) this.#refused.add(refused);
    if (branch !== undefined) branch.rest = rest;
  }
}
