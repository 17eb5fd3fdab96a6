import type { Redis } from 'ioredis';

type Entry = readonly [string, unknown];

/** What code may change on a client object: options, commands of its own, listeners. @internal */
export class Fingerprint {
  readonly #options: readonly Entry[];
  readonly #methods: readonly Entry[];
  readonly #listeners: number;

  /** Takes it of a client object as it is now. */
  constructor(redis: Redis) {
    this.#options = Object.entries(redis.options);
    this.#methods = Object.entries(redis).filter(([, value]) => typeof value === 'function');
    this.#listeners = countListeners(redis);
  }

  /** Is this client object still like that? */
  fits(redis: Redis): boolean {
    return (
      this.#listeners === countListeners(redis) &&
      isMadeOf(redis.options, this.#options, false) &&
      isMadeOf(redis, this.#methods, true)
    );
  }
}

/**
 * Does an object have just these properties, or these methods, in this order? It is asked of every client after every
 * execution, so it takes one pass and makes no intermediate lists.
 */
function isMadeOf(object: object, entries: readonly Entry[], methodsOnly: boolean): boolean {
  let count = 0;
  for (const key of Object.keys(object)) {
    const value = (object as Record<string, unknown>)[key];
    if (methodsOnly && typeof value !== 'function') continue;
    const entry = entries[count++];
    if (entry === undefined || entry[1] !== value || entry[0] !== key) return false;
  }
  return count === entries.length;
}

function countListeners(redis: Redis): number {
  let count = 0;
  for (const event of redis.eventNames()) count += redis.listenerCount(event);
  return count;
}
