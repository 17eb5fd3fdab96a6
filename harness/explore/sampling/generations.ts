import { Profile, type Sampled } from '../samplers/profile.js';

/** Executions of a generation at most. */
const GENERATION_MAX = 256;

/**
 * Samplers learn in generations: within one they plan with what all executions before it were like, so that these can
 * be run in any order, by any number of processes. The first execution is a generation of its own; then each is as
 * long as all before it together, so that what is known early is known early.
 *
 * @internal
 */
export class Generations {
  /** What the executions of earlier generations were like. */
  readonly profile = new Profile();
  readonly #fresh: Sampled[] = [];
  #first = 1;
  #last = 1;

  /** Must be called with each number in turn, from 1. @returns true when a generation begins with this execution */
  reach(execution: number): boolean {
    if (execution === 1) return true;
    if (execution <= this.#last) return false;
    for (const sampled of this.#fresh.splice(0)) this.profile.note(sampled);
    this.#first = execution;
    this.#last = execution - 1 + Math.min(execution - 1, GENERATION_MAX);
    return true;
  }

  /** First and last execution of the generation that was reached. */
  get range(): readonly [first: number, last: number] {
    return [this.#first, this.#last];
  }

  /** Takes note of an execution of this generation, in its turn. */
  note(sampled: Sampled): void {
    this.#fresh.push(sampled);
  }

  /** Largest numbers of threads and of contested points so far, those of this generation included. */
  get extent(): { readonly threads: number; readonly contested: number } {
    let { threads, contested } = this.profile;
    for (const { steps, contested: points } of this.#fresh) {
      threads = Math.max(threads, new Set(steps.map(({ thread }) => thread)).size);
      contested = Math.max(contested, points);
    }
    return { threads, contested };
  }
}
