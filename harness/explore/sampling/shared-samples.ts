import type { Crew } from '../strategy/crew.js';
import type { Generation, Sample, SampleTasks } from './samples.js';

/** Executions in one message at most. */
const BATCH = 16;

/** The executions of a generation, shared out among the processes of a crew in ranges. @internal */
export class SharedSamples {
  readonly #ranges = new Map<number, Promise<readonly Sample[]>>();
  readonly #size: number;

  constructor(
    crew: Crew<SampleTasks>,
    generation: Generation,
    readonly first: number,
    last: number,
  ) {
    // Ranges so short that everybody has several: nobody waits long for the last one.
    this.#size = Math.max(1, Math.min(BATCH, Math.floor((last - first + 1) / (2 * crew.size))));
    const starts: number[] = [];
    for (let start = first; start <= last; start += this.#size) starts.push(start);
    // The last one asked for is run first.
    for (const start of starts.toReversed()) {
      const range = crew.run('samples', {
        ...generation,
        first: start,
        last: Math.min(start + this.#size - 1, last),
      });
      // What is never wanted may fail; what is wanted is awaited.
      range.catch(() => {});
      this.#ranges.set(start, range);
    }
  }

  /** @returns undefined for an execution that was not shared out, or not run after one that failed */
  async of(execution: number): Promise<Sample | undefined> {
    const offset = (execution - this.first) % this.#size;
    return (await this.#ranges.get(execution - offset))?.[offset];
  }
}
