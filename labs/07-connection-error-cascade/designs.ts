import type { Redis } from 'ioredis';
import { sharing, type Design, type Use } from './design.js';
import { globalHandler } from './variants/handling/global-handler.js';
import { handledInPlace } from './variants/handling/handled-in-place.js';
import { nothingHandled } from './variants/handling/nothing-handled.js';
import { thrownAgain } from './variants/handling/thrown-again.js';
import { atOnce } from './variants/shared/at-once.js';
import { halfDoneMulti } from './variants/shared/half-done-multi.js';
import { halfDoneWatch } from './variants/shared/half-done-watch.js';
import { byIdempotencyKey } from './variants/unknown/idempotency-key.js';
import { BREAKER, circuitBreaker } from './variants/waiting/circuit-breaker.js';
import { checkHealth } from './variants/waiting/health-check.js';
import { pool } from './variants/waiting/pool.js';
import { retrying } from './variants/waiting/retries.js';

/** Errors reach the code at once, and the client connects again. */
export const SURFACES = { maxRetriesPerRequest: 0 };
/** It does not connect again. */
const GIVES_UP = { ...SURFACES, retryStrategy: () => null };
/** Whoever comes while it is not connected gets an error instead of a place in a queue. */
const REFUSES = { ...SURFACES, enableOfflineQueue: false };
/** It tries to connect every 800 ms, and who waits meanwhile fails with each try. */
const SLOWLY = { ...SURFACES, retryStrategy: () => 800 };

const onError = globalHandler;
const retries = (connect: () => Redis): Use => retrying(sharing(connect));

/** The same, and a health check. */
export const withHealthCheck =
  (intervalMs: number) =>
  (connect: () => Redis): Use => {
    const redis = connect();
    checkHealth(redis, intervalMs);
    return (work) => work(redis);
  };

/** A pool of clients that do not connect again: who is broken stays broken. */
export const pooled = (size: number, afterError: 'keep' | 'discard'): Design => ({
  client: GIVES_UP,
  use: pool({ size, afterError }),
  onError,
});

/** How the API is built, by the name of the variant. */
export const DESIGNS = {
  'nothing-handled': { process: nothingHandled },
  'thrown-again': { process: thrownAgain },
  'past-the-handler': { process: nothingHandled, onError },
  'framework-only': {},
  'handled-in-place': { process: handledInPlace },
  'global-handler': { onError },
  'client-gives-up': { client: GIVES_UP, onError },
  'waits-in-line': { client: {}, onError },
  'fail-fast': { client: REFUSES, onError },
  retries: { use: retries, onError },
  'retries-by-key': { use: retries, process: byIdempotencyKey, onError },
  'everybody-tries': { client: SLOWLY, onError },
  'circuit-breaker': { client: SLOWLY, use: (connect) => circuitBreaker(sharing(connect), BREAKER), onError },
  'breaker-counts-all': {
    use: (connect) => circuitBreaker(sharing(connect), { ...BREAKER, counts: () => true }),
    onError,
  },
  'health-check': { use: withHealthCheck(1000), onError },
  'pool-keeps': pooled(2, 'keep'),
  'pool-discards': pooled(2, 'discard'),
  'half-done-multi': { process: halfDoneMulti, onError },
  'half-done-watch': { process: halfDoneWatch, onError },
  'at-once': { process: atOnce, onError },
  'half-done-in-a-pool': { process: halfDoneMulti, use: pool({ size: 2, afterError: 'discard' }), onError },
} as const satisfies Record<string, Design>;
