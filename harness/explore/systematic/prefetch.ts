import type { Crew } from '../strategy/crew.js';
import type { Outline, Prefix, PrefixAsk, PrefixSource, PrefixTasks } from './prefix.js';

/** Executions in one message at most, and prefixes that they begin with: most are followed by so few that these are all. */
const BATCH = 16;
const PREFIXES = 4;
/** Messages under way for each process: it has the next one when it is done with the last. */
const UNDER_WAY = 2;
/** Executions that are kept until they are wanted. Beyond it only the very next one is asked for. */
const KEPT_MAX = 4096;

/** A place in the order of the search. */
interface Place {
  /** Prefixes that nobody was asked for yet. */
  waiting: Prefix[];
  /** Somebody is at work on it; what is left of that will wait here. */
  taken: boolean;
}

/**
 * Lets a crew run executions of a systematic search before their turn comes. An execution is a function of its prefix,
 * so the search takes each of them, in its own order, as if it had run it, and comes to the same result whatever the
 * crew did. What follows from a prefix at the price of no preemption and no fault comes right behind it in that order:
 * a process goes on with that by itself, without waiting to be told.
 *
 * @internal
 */
export class Prefetch {
  readonly #played = new Map<string, Outline>();
  /** What is to be run before the rest that the search has waiting, in order. */
  #places: Place[] = [];
  /** Prefixes that wait there, by name. */
  readonly #left = new Set<string>();
  /** Prefixes that somebody was asked for, by name. */
  readonly #taken = new Set<string>();
  /** What the search has waiting and was looked at. */
  readonly #seen = new WeakSet<object>();
  #messages = 0;
  #error: Error | undefined;
  /** Something under way came back. */
  #progress!: Promise<void>;
  #progressed!: () => void;

  constructor(readonly crew: Crew<PrefixTasks>) {
    this.#renew();
  }

  /** What the execution that the search has started comes to. */
  async next(search: PrefixSource): Promise<Outline> {
    const { prefix } = search;
    const name = nameOf(prefix);
    for (;;) {
      if (this.#error !== undefined) throw this.#error;
      const found = this.#played.get(name);
      const urgent = found === undefined && !this.#taken.has(name);
      if (urgent) this.#putFirst(prefix, name);
      this.#share(search, urgent);
      if (found !== undefined) {
        this.#played.delete(name);
        return found;
      }
      await this.#progress;
    }
  }

  #putFirst(prefix: Prefix, name: string): void {
    if (this.#left.has(name)) {
      for (const place of this.#places)
        place.waiting = place.waiting.filter((other) => nameOf(other) !== name);
    }
    this.#left.add(name);
    this.#places.unshift({ waiting: [prefix], taken: false });
  }

  /** Gives out what is next, in parts so small that there is one for everybody. */
  #share(search: PrefixSource, urgent: boolean): void {
    const limit = UNDER_WAY * this.crew.size;
    const free = this.#played.size < KEPT_MAX ? limit - this.#messages : 0;
    const parts = Math.max(free, urgent ? 1 : 0);
    if (parts <= 0) return;
    this.#look(search, PREFIXES * limit);
    const each = Math.min(PREFIXES, Math.ceil(this.#left.size / limit));
    const asks: (() => void)[] = [];
    for (let part = 0; part < parts && this.#left.size > 0; part++)
      asks.push(this.#take(each, search.clientTimers));
    this.#places = this.#places.filter(({ waiting, taken }) => taken || waiting.length > 0);
    // The last one asked for is run first.
    for (const ask of asks.toReversed()) ask();
  }

  /** Takes in what the search has waiting, until so much is left to be given out. */
  #look(search: PrefixSource, count: number): void {
    if (this.#left.size >= count) return;
    const waiting: Prefix[] = [];
    for (const branch of search.waiting()) {
      if (this.#left.size >= count) break;
      if (this.#seen.has(branch)) continue;
      this.#seen.add(branch);
      const { prefix } = branch;
      const name = nameOf(prefix);
      if (this.#played.has(name) || this.#taken.has(name) || this.#left.has(name)) continue;
      this.#left.add(name);
      waiting.push(prefix);
    }
    this.#places.push({ waiting, taken: false });
  }

  /** The next prefixes, as a part of their own. @returns asks for them */
  #take(count: number, clientTimers: boolean): () => void {
    const prefixes: Prefix[] = [];
    const first = this.#places.findIndex(({ waiting }) => waiting.length > 0);
    for (const { waiting } of this.#places.slice(first))
      prefixes.push(...waiting.splice(0, count - prefixes.length));
    const place: Place = { waiting: [], taken: true };
    this.#places.splice(first, 0, place);
    const names = prefixes.map(nameOf);
    for (const name of names) {
      this.#left.delete(name);
      this.#taken.add(name);
    }
    this.#messages += 1;
    return () =>
      void this.#run({ prefixes, executions: BATCH, clientTimers }, place).finally(() => {
        for (const name of names) this.#taken.delete(name);
        place.taken = false;
        this.#messages -= 1;
        this.#progressed();
        this.#renew();
      });
  }

  async #run(ask: PrefixAsk, place: Place): Promise<void> {
    try {
      const { played, rest } = await this.crew.run('prefixes', ask);
      for (const outline of played) this.#played.set(nameOf(outline.prefix), outline);
      for (const prefix of rest) this.#left.add(nameOf(prefix));
      place.waiting = [...rest];
    } catch (error) {
      this.#error = error as Error;
    }
  }

  #renew(): void {
    this.#progress = new Promise((resolve) => {
      this.#progressed = resolve;
    });
  }
}

function nameOf(prefix: Prefix): string {
  return prefix.join();
}
