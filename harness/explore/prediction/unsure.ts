import type { Choice } from '../../execution/steps/decision.js';
import type { Seen } from './play.js';

/** An execution that was composed. */
interface Showing {
  /** What was chosen at each of its steps. */
  readonly choices: readonly Choice[];
  /** How much it rests on that was seen in one execution only. */
  readonly rests: number;
}

/** What composed executions rest on that was seen in one execution only, until another one has shown it. @internal */
export class Unsure {
  readonly #all = new Map<Seen, Showing>();

  /**
   * Takes note of what an execution rests on.
   *
   * @param choices - what was chosen at each of its steps
   */
  add(unsure: readonly Seen[], choices: readonly Choice[]): void {
    if (unsure.length === 0) return;
    // One that shows much of that at once is worth more.
    const showing = { choices: [...choices], rests: unsure.length };
    for (const one of unsure)
      if ((this.#all.get(one)?.rests ?? 0) <= unsure.length) this.#all.set(one, showing);
  }

  /**
   * What is to be shown again next, and what is to be chosen at each step of an execution that does. Most of what once was
   * seen in one only, others have shown since.
   */
  next(): readonly [one: Seen, choices: readonly Choice[]] | undefined {
    for (const one of this.#all.keys()) if (one.seen > 1) this.#all.delete(one);
    const shows = new Map<Showing, number>();
    for (const showing of this.#all.values()) shows.set(showing, (shows.get(showing) ?? 0) + 1);
    const most = Math.max(...shows.values());
    const next = [...this.#all].find(([, showing]) => shows.get(showing) === most);
    return next && [next[0], next[1].choices];
  }
}
