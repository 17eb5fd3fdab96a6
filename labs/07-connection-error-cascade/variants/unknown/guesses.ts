import type { Guess } from './under-lock.js';

/** The item has to be processed, and who else should be at it now? */
export const carriesOn: Guess = async () => true;

/** An error is a no. */
export const assumesItFailed: Guess = async () => false;

/** There is a lock, so the acquisition must have come through. */
export const readsBack: Guess = async (redis, key) => (await redis.exists(key)) === 1;

/** It is ours if it holds what only we could have written. */
export const looksForToken: Guess = async (redis, key, token) => (await redis.get(key)) === token;
