import type { Environment } from '../../execution/host/environment.js';
import { execute } from '../../execution/execution.js';
import type { Scenario } from '../../scenario/types.js';
import { TapePlayer } from '../tape/tape.js';

/**
 * Tells a failure that shows without some of the workers from one that only shows because they are missing: an
 * invariant may count on everybody's work. Leaving them out may not break it by itself, when all is calm, unless it
 * is broken then with all workers too.
 *
 * @internal
 */
export class LeftOut {
  readonly #calm = new Map<string, string | undefined>();

  constructor(
    readonly environment: Environment,
    readonly scenario: Scenario,
    readonly seed: number,
  ) {}

  /** Executions that this took so far. */
  get runs(): number {
    return this.#calm.size;
  }

  /** Is the invariant broken by the absence of these workers alone? @param skip - 1-based */
  async breaks(id: string, skip: readonly number[]): Promise<boolean> {
    if (skip.length === 0) return false;
    return (await this.#findingWithout(skip)) === id && (await this.#findingWithout([])) !== id;
  }

  /** What a calm execution without these workers finds. */
  async #findingWithout(skip: readonly number[]): Promise<string | undefined> {
    const key = skip.join();
    if (!this.#calm.has(key)) {
      const { environment, scenario, seed } = this;
      const result = await execute(environment, scenario, { chooser: new TapePlayer([]), skip, seed });
      this.#calm.set(key, result.finding?.id);
    }
    return this.#calm.get(key);
  }
}
