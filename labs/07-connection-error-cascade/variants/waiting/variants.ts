import type { Redis } from 'ioredis';
import type { Variant } from '../../../../harness/lab.js';
import { sharing, type Design, type Use } from '../../design.js';
import {
  answeredWithin,
  bystandersAreServed,
  processedOnce,
  refusedAfter,
  unavailableIsSaid,
} from '../../promises.js';
import { PROCESS_7, PROCESS_8, processSevenOnce, READ_PRICE, sends } from '../../requests.js';
import {
  corruptItems,
  GIVES_UP,
  NO_FAULT,
  outage,
  REFUSES,
  serving,
  SILENCE,
  SURFACES,
} from '../../scenarios.js';
import { globalHandler } from '../handling/global-handler.js';
import { byIdempotencyKey } from '../unknown/idempotency-key.js';
import { BREAKER, circuitBreaker } from './circuit-breaker.js';
import { checkHealth } from './health-check.js';
import { pool } from './pool.js';
import { retrying } from './retries.js';

/** It tries to connect every 800 ms, and who waits meanwhile fails with each try. */
const SLOWLY = { ...SURFACES, retryStrategy: () => 800 };
const design = (more: Design): Design => ({ onError: globalHandler, ...more });
const withRetries = (connect: () => Redis): Use => retrying(sharing(connect));

const EVERY_MS = 1000;
const withHealthCheck = (connect: () => Redis): Use => {
  const redis = connect();
  checkHealth(redis, EVERY_MS);
  return (work) => work(redis);
};

/** Redis is away for some seconds. Three requests come one after the other. */
const AWAY = {
  workers: [sends(PROCESS_7), sends(READ_PRICE, READ_PRICE, READ_PRICE)],
  faults: outage(6),
  invariants: [refusedAfter(BREAKER), unavailableIsSaid, processedOnce],
};

/** Who waits, and for what? */
export const waiting: readonly Variant[] = [
  {
    name: 'waits-in-line',
    title: 'the client as it comes: everybody waits until Redis is there again',
    scenario: serving('waits-in-line', design({ client: {} }), {
      faults: outage(6),
      invariants: [answeredWithin(1000)],
    }),
    expect: { kind: 'breaks', invariant: 'answered in time' },
  },
  {
    name: 'fail-fast',
    title: 'no offline queue: who comes while Redis is away is refused at once',
    scenario: serving('fail-fast', design({ client: REFUSES }), {
      faults: outage(6),
      invariants: [answeredWithin(0), unavailableIsSaid, processedOnce],
    }),
    expect: { kind: 'holds' },
  },
  {
    name: 'retries',
    title: 'three more tries, half a second apart',
    scenario: serving('retries', design({ use: withRetries })),
    expect: { kind: 'breaks', invariant: 'processed once' },
  },
  {
    name: 'retries-by-key',
    title: 'the same, of what may be repeated',
    scenario: serving('retries-by-key', design({ use: withRetries, process: byIdempotencyKey }), {
      requests: [processSevenOnce('a'), READ_PRICE],
    }),
    expect: { kind: 'holds' },
  },
  {
    name: 'everybody-tries',
    title: 'Redis stays away, and each request finds out for itself',
    scenario: serving('everybody-tries', design({ client: SLOWLY }), AWAY),
    expect: { kind: 'breaks', invariant: 'nobody waits for what keeps failing' },
  },
  {
    name: 'circuit-breaker',
    title: 'the same, with a circuit breaker',
    scenario: serving(
      'circuit-breaker',
      design({ client: SLOWLY, use: (connect) => circuitBreaker(sharing(connect)) }),
      AWAY,
    ),
    expect: { kind: 'holds' },
  },
  {
    name: 'breaker-counts-all',
    title: 'a circuit breaker that takes mistakes of a request for failures of Redis',
    scenario: serving(
      'breaker-counts-all',
      design({ use: (connect) => circuitBreaker(sharing(connect), { ...BREAKER, counts: () => true }) }),
      {
        setup: corruptItems,
        workers: [sends(PROCESS_8, PROCESS_8, READ_PRICE)],
        faults: NO_FAULT,
        mayNotRace: true,
        invariants: [bystandersAreServed],
      },
    ),
    expect: { kind: 'breaks', invariant: 'bystanders are served' },
  },
  {
    name: 'silence',
    title: 'a connection that falls silent, and a client without a timeout',
    scenario: serving('silence', design({}), { faults: SILENCE }),
    expect: { kind: 'hangs' },
  },
  {
    name: 'health-check',
    title: 'the same, and a PING every second',
    scenario: serving('health-check', design({ use: withHealthCheck }), {
      requests: [PROCESS_7, READ_PRICE],
      faults: SILENCE,
      // Nobody waits for ever: that everybody is answered, the lab itself makes sure of.
      invariants: [unavailableIsSaid, processedOnce],
    }),
    expect: { kind: 'holds' },
  },
  {
    name: 'pool-keeps',
    title: 'a pool that lends a broken connection again',
    scenario: serving('pool-keeps', design({ client: GIVES_UP, use: pool({ size: 2, afterError: 'keep' }) })),
    expect: { kind: 'breaks', invariant: 'bystanders are served' },
  },
  {
    name: 'pool-discards',
    title: 'a pool that discards it',
    scenario: serving(
      'pool-discards',
      design({ client: GIVES_UP, use: pool({ size: 2, afterError: 'discard' }) }),
    ),
    expect: { kind: 'holds' },
  },
];
