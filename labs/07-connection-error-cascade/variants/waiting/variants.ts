import type { Variant } from '../../../../harness/lab.js';
import { DESIGNS } from '../../designs.js';
import {
  answeredWithin,
  bystandersAreServed,
  processedOnce,
  refusedAfter,
  unavailableIsSaid,
} from '../../promises.js';
import { PROCESS_7, PROCESS_8, processSevenOnce, READ_PRICE, sends } from '../../requests.js';
import { corruptItems, NO_FAULT, outage, serving, SILENCE } from '../../scenarios.js';
import { BREAKER } from './circuit-breaker.js';

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
    scenario: serving('waits-in-line', DESIGNS['waits-in-line'], {
      faults: outage(6),
      invariants: [answeredWithin(1000)],
    }),
    expect: { kind: 'breaks', invariant: 'answered in time' },
  },
  {
    name: 'fail-fast',
    title: 'no offline queue: who comes while Redis is away is refused at once',
    scenario: serving('fail-fast', DESIGNS['fail-fast'], {
      faults: outage(6),
      invariants: [answeredWithin(0), unavailableIsSaid, processedOnce],
    }),
    expect: { kind: 'holds' },
  },
  {
    name: 'retries',
    title: 'three more tries, half a second apart',
    scenario: serving('retries', DESIGNS['retries']),
    expect: { kind: 'breaks', invariant: 'processed once' },
  },
  {
    name: 'retries-by-key',
    title: 'the same, of what may be repeated',
    scenario: serving('retries-by-key', DESIGNS['retries-by-key'], {
      requests: [processSevenOnce('a'), READ_PRICE],
    }),
    expect: { kind: 'holds' },
  },
  {
    name: 'everybody-tries',
    title: 'Redis stays away, and each request finds out for itself',
    scenario: serving('everybody-tries', DESIGNS['everybody-tries'], AWAY),
    expect: { kind: 'breaks', invariant: 'nobody waits for what keeps failing' },
  },
  {
    name: 'circuit-breaker',
    title: 'the same, with a circuit breaker',
    scenario: serving('circuit-breaker', DESIGNS['circuit-breaker'], AWAY),
    expect: { kind: 'holds' },
  },
  {
    name: 'breaker-counts-all',
    title: 'a circuit breaker that takes mistakes of a request for failures of Redis',
    scenario: serving('breaker-counts-all', DESIGNS['breaker-counts-all'], {
      setup: corruptItems,
      workers: [sends(PROCESS_8, PROCESS_8, READ_PRICE)],
      faults: NO_FAULT,
      mayNotRace: true,
      invariants: [bystandersAreServed],
    }),
    expect: { kind: 'breaks', invariant: 'bystanders are served' },
  },
  {
    name: 'silence',
    title: 'a connection that falls silent, and a client without a timeout',
    scenario: serving('silence', DESIGNS['global-handler'], { faults: SILENCE }),
    expect: { kind: 'hangs' },
  },
  {
    name: 'health-check',
    title: 'the same, and a PING every second',
    scenario: serving('health-check', DESIGNS['health-check'], {
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
    scenario: serving('pool-keeps', DESIGNS['pool-keeps']),
    expect: { kind: 'breaks', invariant: 'bystanders are served' },
  },
  {
    name: 'pool-discards',
    title: 'a pool that discards it',
    scenario: serving('pool-discards', DESIGNS['pool-discards']),
    expect: { kind: 'holds' },
  },
];
