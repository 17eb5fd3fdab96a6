import { runInFlow } from '../base/flow.js';
import { ScenarioError } from '../base/scenario-error.js';
import { asText, shown } from '../base/shown.js';
import { clipped } from '../base/text.js';
import { runningFor, type SharedOutcome } from './running.js';

/**
 * A value that workers share and that is not in Redis: a stand-in for the database behind a cache, say. Each use is a step,
 * which happens all at once when the lab chooses it.
 *
 * @public
 */
export interface Shared<T> {
  /** What the steps are called after: `db.read`, `db.write 2`. */
  readonly name: string;
  /** Reads it. What comes back is a copy: what is done to it changes nothing here. */
  readonly read: () => Promise<T>;
  /** Puts another value in its place. */
  readonly write: (value: T) => Promise<void>;
  /**
   * Reads and writes in one step, as a database does that is told to add 1.
   *
   * @param change - gives the new value; it must not wait for anything
   * @returns the new value
   */
  readonly update: (change: (value: T) => T) => Promise<T>;
}

/** Values longer than this are cut where they are shown. */
const SHOWN_MAX = 60;

/**
 * A value that workers share and that is not in Redis, such as the row that a cache is filled from. A plain variable will
 * not do: nothing orders who reads it when. In setup and invariants it is read and written at once. Every execution begins
 * with the initial value.
 *
 * @param name - what its steps are called after
 * @param initial - anything that `structuredClone` can copy
 * @throws ScenarioError for a name that is no text, and for a value that cannot be copied
 * @example
 * ```ts
 * import { explore, invariant, scenario, shared } from 'redis-race-lab';
 *
 * const db = shared('db', 'old');
 * const cacheAside = scenario({
 *   name: 'cache-aside',
 *   workers: [
 *     async ({ redis }) => {
 *       if ((await redis.get('cache')) === null) await redis.set('cache', await db.read());
 *     },
 *     async ({ redis }) => {
 *       await db.write('new');
 *       await redis.del('cache');
 *     },
 *   ],
 *   invariants: [
 *     invariant('the cache is not stale', async ({ redis }) => {
 *       const [cached, row] = [await redis.get('cache'), await db.read()];
 *       if (cached !== null && cached !== row) return { expected: row, observed: cached };
 *     }),
 *   ],
 * });
 * console.log((await explore(cacheAside)).message); // the cache is not stale: expected new, observed old
 * ```
 * @public
 */
export function shared<T>(name: string, initial: T): Shared<T> {
  if (typeof name !== 'string' || name === '')
    throw new ScenarioError(`a shared value needs a name, not ${shown(name)}: shared('db', …)`);
  return new SharedValue(name, copied(name, initial));
}

class SharedValue<T> implements Shared<T> {
  readonly #initial: T;

  constructor(
    readonly name: string,
    initial: T,
  ) {
    this.#initial = initial;
  }

  // People take these out of the object.
  readonly read = (): Promise<T> => this.#use('read', 'read', (value) => value);

  readonly write = async (value: T): Promise<void> => {
    const own = copied(this.name, value);
    await this.#use('write', `write ${brief(own)}`, () => own, false);
  };

  readonly update = (change: (value: T) => T): Promise<T> => {
    if (typeof change !== 'function')
      throw new ScenarioError(`${this.name}.update takes a function of the value, not ${shown(change)}`);
    return this.#use('write', 'update', (value) => {
      const next: unknown = change(value);
      if (next instanceof Promise)
        throw new ScenarioError(`${this.name}.update is one step: its function must not wait for anything`);
      return copied(this.name, next as T);
    });
  };

  #use(mode: 'read' | 'write', what: string, next: (value: T) => T, tells = true): Promise<T> {
    const { running, flow } = runningFor(`${this.name}.${what.split(' ')[0]} was called`);
    const { values, looked } = running;
    return new Promise((resolve, reject) => {
      // Whoever crashed, or belongs to an execution that is over, does nothing any more.
      if (!flow.alive) return;
      const happen = (): SharedOutcome => {
        const before = (values.has(this) ? values.get(this) : this.#initial) as T;
        let after = before;
        try {
          after = runInFlow(flow, () => next(structuredClone(before)));
          if (mode === 'write') values.set(this, after);
          resolve(structuredClone(after));
        } catch (error) {
          after = before;
          reject(error);
        }
        return { got: tells ? brief(after) : undefined, before: brief(before), after: brief(after) };
      };
      if (flow.worker === 0) {
        looked.add(this.name);
        happen();
      } else running.await(flow, { shared: this.name, mode, label: `${this.name}.${what}`, happen });
    });
  }
}

function copied<T>(name: string, value: T): T {
  try {
    return structuredClone(value);
  } catch (error) {
    throw new ScenarioError(`the shared value "${name}" cannot hold ${shown(value)}: it cannot be copied`, {
      cause: error,
    });
  }
}

function brief(value: unknown): string {
  return clipped(asText(value), SHOWN_MAX);
}
