import {
  noStaleEntry,
  scenario,
  type FaultPlan,
  type Scenario,
  type ScenarioOptions,
} from '../../harness/index.js';
import { lab, type Lab } from '../../harness/lab.js';
import type { Cache } from './cache.js';
import { theFill } from './tasks.js';
import { customer, editor, everyItem, ITEMS, keyOf, noSecretlyOld, oneLoad, prices } from './shop.js';
import * as deleteThenSet from './variants/delete-then-set.js';
import * as lease from './variants/lease.js';
import * as naive from './variants/naive.js';
import * as negativeCaching from './variants/negative-caching.js';
import * as negativeForgotten from './variants/negative-forgotten.js';
import * as retryGivesUp from './variants/retry-gives-up.js';
import * as retryThenFallback from './variants/retry-then-fallback.js';
import { openly, remembering, silently } from './variants/serves-stale.js';
import * as setThenDelete from './variants/set-then-delete.js';
import * as singleFlight from './variants/single-flight.js';
import * as version from './variants/version.js';

/** The first five operations of a worker work, then every one fails. */
const FAILING: FaultPlan = { kinds: [{ kind: 'outage', at: { nth: 6 } }] };

/** Workers process all items while another one changes the price of the first of them. */
function changing(
  name: string,
  cache: Cache,
  {
    customers = 3,
    items = ITEMS,
    ...options
  }: Partial<ScenarioOptions> & { customers?: number; items?: readonly (typeof ITEMS)[number][] } = {},
): Scenario {
  return scenario({
    name: `02-cache-aside/${name}`,
    workers: [
      ...Array<0>(customers)
        .fill(0)
        .map(() => customer(() => cache, items)),
      editor(cache, 'tea'),
    ],
    invariants: [noStaleEntry({ key: keyOf('tea'), truth: prices.tea.read })],
    ...options,
  });
}

/** Workers process all items, on clients that never send anything again. */
function processing(
  name: string,
  cacheOf: () => Pick<Cache, 'read'>,
  options: Partial<ScenarioOptions> = {},
): Scenario {
  return scenario({
    name: `02-cache-aside/${name}`,
    workers: Array.from({ length: 4 }, () => customer(cacheOf, ITEMS)),
    client: 'single-shot',
    faults: FAILING,
    workersMayFail: true,
    invariants: [everyItem],
    ...options,
  });
}

/** Workers ask for the same item, and nothing is cached yet. */
function cold(name: string, cache: Pick<Cache, 'read'>, options: Partial<ScenarioOptions> = {}): Scenario {
  return scenario({
    name: `02-cache-aside/${name}`,
    workers: Array.from({ length: 4 }, () => customer(() => cache, ['tea'])),
    interchangeable: true,
    invariants: [oneLoad('tea')],
    ...options,
  });
}

/** One asks twice, and its cache may fail, while another one changes the price. */
function failing(name: string, fallback: typeof silently | typeof openly): Scenario {
  return scenario({
    name: `02-cache-aside/${name}`,
    workers: [customer(() => remembering(fallback), ['tea', 'tea']), editor(lease, 'tea')],
    client: 'single-shot',
    faults: { kinds: [{ kind: 'outage', at: { worker: 1 } }] },
    invariants: [noSecretlyOld('tea'), everyItem],
  });
}

/** Somebody asks for coffee, which there is none of yet. */
function firstPrice(name: string, cache: Cache): Scenario {
  return scenario({
    name: `02-cache-aside/${name}`,
    workers: [customer(() => cache, ['coffee', 'coffee']), editor(cache, 'coffee')],
    invariants: [
      noStaleEntry({
        key: keyOf('coffee'),
        truth: prices.coffee.read,
        read: (stored) => (stored === negativeForgotten.NOTHING ? null : stored),
      }),
    ],
  });
}

export const cacheAside: Lab = lab({
  id: '02-cache-aside',
  title: 'Cache-aside',
  // Each of them ends by itself; on a slow machine, with a container, the largest takes minutes.
  seconds: 900,
  exercise: theFill,
  variants: [
    {
      name: 'naive',
      title: 'a change leaves the cache alone, which expires after a minute',
      scenario: changing('naive', naive),
      expect: { kind: 'breaks', invariant: 'no stale entry' },
    },
    {
      name: 'delete-then-set',
      title: 'a change removes the entry, then writes the source of truth',
      scenario: changing('delete-then-set', deleteThenSet, { items: ['tea'] }),
      expect: { kind: 'breaks', invariant: 'no stale entry' },
    },
    {
      name: 'set-then-delete',
      title: 'a change writes the source of truth, then removes the entry',
      scenario: changing('set-then-delete', setThenDelete, { items: ['tea'] }),
      expect: { kind: 'breaks', invariant: 'no stale entry' },
    },
    {
      name: 'lease',
      title: 'the cache is filled only under a lease from before the load; a change ends it',
      scenario: changing('lease', lease, { customers: 2, items: ['tea'] }),
      expect: { kind: 'holds' },
      solution: true,
    },
    {
      name: 'version',
      title:
        'the cache is filled only where the version is still that from before the load; a change makes a new one',
      scenario: changing('version', version, { customers: 2, items: ['tea'] }),
      expect: { kind: 'holds' },
      solution: true,
    },
    {
      name: 'lease-crash',
      title: 'the same, and whoever changes the price crashes halfway',
      scenario: changing('lease-crash', lease, {
        customers: 1,
        items: ['tea'],
        faults: { kinds: ['worker-crash'] },
      }),
      expect: { kind: 'breaks', invariant: 'no stale entry' },
    },
    {
      name: 'stampede',
      title: 'four miss at the same time, and all of them load',
      scenario: cold('stampede', naive),
      expect: { kind: 'breaks', invariant: 'one load for all' },
    },
    {
      name: 'single-flight',
      title: 'one loads under a lock, the others wait for what it puts into the cache',
      scenario: cold('single-flight', singleFlight, {
        // With more of them, whoever waits may outlast two locks of workers that stand still.
        workers: [customer(() => singleFlight, ['tea']), customer(() => singleFlight, ['tea'])],
        workersMayFail: true,
        faults: { kinds: ['worker-crash'] },
      }),
      expect: { kind: 'holds' },
    },
    {
      name: 'failing-client',
      title: 'the first five operations work, then every one fails',
      scenario: processing('failing-client', () => naive),
      expect: { kind: 'breaks', invariant: 'every item is processed' },
    },
    {
      name: 'retry-gives-up',
      title: 'three more tries, half a second apart',
      scenario: processing('retry-gives-up', () => retryGivesUp),
      expect: { kind: 'breaks', invariant: 'every item is processed' },
    },
    {
      name: 'retry-then-fallback',
      title: 'three more tries, then without the cache',
      scenario: processing('retry-then-fallback', () => retryThenFallback, {
        workers: [customer(() => retryThenFallback, ITEMS), customer(() => retryThenFallback, ['tea'])],
      }),
      expect: { kind: 'holds' },
    },
    {
      name: 'serves-stale-silently',
      title: 'where the cache fails, the price that this process has seen last',
      scenario: failing('serves-stale-silently', silently),
      expect: { kind: 'breaks', invariant: 'no old price passes for a new one' },
    },
    {
      name: 'serves-stale',
      title: 'the same, and it is said to be old',
      scenario: failing('serves-stale', openly),
      expect: { kind: 'holds' },
    },
    {
      name: 'negative-forgotten',
      title: '"there is none" is cached, and the first price does not remove that',
      scenario: firstPrice('negative-forgotten', negativeForgotten),
      expect: { kind: 'breaks', invariant: 'no stale entry' },
    },
    {
      name: 'negative-caching',
      title: '"there is none" is cached under a lease, and removed like any other entry',
      scenario: firstPrice('negative-caching', negativeCaching),
      expect: { kind: 'holds' },
    },
  ],
});
