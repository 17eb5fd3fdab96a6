import type { Step } from './step.js';

/** What an execution looked like to a sampler. @internal */
export interface Sampled {
  readonly steps: readonly Step[];
  /** Points at which several steps were possible. */
  readonly contested: number;
  /** Points at which a fault was possible. */
  readonly faultPoints: number;
  /** It came to its end: its steps may be counted on. */
  readonly whole: boolean;
}

/** Stands for steps of which nobody knows what they touch. */
const ANYTHING = '';

/** How often a thread does something in an execution, on average. */
type Counts = Map<string, number>;

/** A profile as data. @internal */
export interface SavedProfile {
  readonly contested: number;
  readonly threads: number;
  readonly faultPoints: number;
  readonly whole: number;
  readonly workers: ReadonlyMap<string, number>;
  readonly steps: ReadonlyMap<string, number>;
  readonly touching: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly users: ReadonlyMap<string, ReadonlyMap<number, boolean>>;
}

/**
 * What the executions so far were like: how many steps each thread takes and what they touch. Samplers plan with it.
 * Threads go by their stable names, never by their order of appearance.
 *
 * @internal
 */
export class Profile {
  /** Largest number of points of one execution at which several steps were possible. */
  contested = 0;
  /** Largest number of threads in one execution. */
  threads = 0;
  /** Largest number of points of one execution at which a fault was possible. */
  faultPoints = 0;
  #whole = 0;
  readonly #workers = new Map<string, number>();
  readonly #steps: Counts = new Map();
  /** By resource: steps of each thread that touch it. */
  readonly #touching = new Map<string, Counts>();
  /** By resource: workers that use it, and whether they do more than read. */
  readonly #users = new Map<string, Map<number, boolean>>();

  /** The profile that was saved. */
  static of({ contested, threads, faultPoints, ...saved }: SavedProfile): Profile {
    const profile = new Profile();
    Object.assign(profile, { contested, threads, faultPoints });
    profile.#whole = saved.whole;
    for (const [thread, worker] of saved.workers) profile.#workers.set(thread, worker);
    for (const [thread, times] of saved.steps) profile.#steps.set(thread, times);
    for (const [resource, counts] of saved.touching) profile.#touching.set(resource, new Map(counts));
    for (const [resource, users] of saved.users) profile.#users.set(resource, new Map(users));
    return profile;
  }

  /** As it is now; what is noted later may or may not show in it. */
  save(): SavedProfile {
    const { contested, threads, faultPoints } = this;
    return {
      contested,
      threads,
      faultPoints,
      whole: this.#whole,
      workers: this.#workers,
      steps: this.#steps,
      touching: this.#touching,
      users: this.#users,
    };
  }

  note({ steps, contested, faultPoints, whole }: Sampled): void {
    this.contested = Math.max(this.contested, contested);
    this.faultPoints = Math.max(this.faultPoints, faultPoints);
    this.threads = Math.max(this.threads, new Set(steps.map(({ thread }) => thread)).size);
    if (whole) this.#whole += 1;
    for (const { thread, worker, footprint } of steps) {
      this.#workers.set(thread, worker);
      if (whole) count(this.#steps, thread);
      if (footprint === 'everything') {
        if (whole) count(this.#countsOf(ANYTHING), thread);
        continue;
      }
      for (const { resource, mode } of footprint) {
        if (whole) count(this.#countsOf(resource), thread);
        const users = this.#users.get(resource) ?? new Map<number, boolean>();
        users.set(worker, users.get(worker) === true || mode !== 'read');
        this.#users.set(resource, users);
      }
    }
  }

  /** Threads seen so far, with their workers. */
  get workers(): ReadonlyMap<string, number> {
    return this.#workers;
  }

  /** Steps that each thread takes: the rounded mean. */
  steps(): Map<string, number> {
    return this.#means(this.#steps);
  }

  /** The same, of the steps that touch a resource, or may. */
  stepsOn(resource: string): Map<string, number> {
    const sums = new Map(this.#touching.get(resource));
    for (const [thread, times] of this.#touching.get(ANYTHING) ?? [])
      sums.set(thread, (sums.get(thread) ?? 0) + times);
    return this.#means(sums);
  }

  /** Does one worker write it and another one use it? False for what was not seen yet. */
  shared(resource: string): boolean {
    const users = this.#users.get(resource);
    return users !== undefined && users.size > 1 && [...users.values()].includes(true);
  }

  /** Was it seen in use, by this worker alone? */
  onlyOf(resource: string, worker: number): boolean {
    const users = this.#users.get(resource);
    return users !== undefined && users.size === 1 && users.has(worker);
  }

  /** Everything that one worker writes and another one uses, in the order in which it was first used. */
  sharedResources(): string[] {
    return [...this.#users.keys()].filter((resource) => this.shared(resource));
  }

  #countsOf(resource: string): Counts {
    let counts = this.#touching.get(resource);
    if (counts === undefined) {
      counts = new Map();
      this.#touching.set(resource, counts);
    }
    return counts;
  }

  #means(sums: Counts): Map<string, number> {
    const means = new Map<string, number>();
    for (const [thread, sum] of sums) means.set(thread, Math.round(sum / Math.max(1, this.#whole)));
    return means;
  }
}

function count(counts: Counts, thread: string): void {
  counts.set(thread, (counts.get(thread) ?? 0) + 1);
}
