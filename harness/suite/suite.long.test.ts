import { afterAll, beforeAll, expect, test } from 'vitest';
import { defined } from '../base/defined.js';
import { openSession, type Session } from '../explore/session.js';
import type { SuiteAdapter } from './adapters/suite-adapter.js';
import { referenceCache } from './reference/cache.js';
import { referenceLimiter } from './reference/limiter.js';
import { referenceLock } from './reference/lock.js';
import { runSuite } from './run/run-suite.js';
import * as broken from './testing/broken.js';

let session: Session;
beforeAll(async () => {
  session = await openSession();
});
afterAll(() => session.close());

/** Ids of hazards that came to this. */
async function failing(
  adapter: SuiteAdapter,
  only?: readonly string[],
): Promise<{ fail: string[]; unknown: string[] }> {
  const { results } = await runSuite('it', adapter, { session, seconds: Infinity, ...defined({ only }) });
  const ids = (wanted: string): string[] =>
    results.flatMap(({ hazard, outcome }) => (outcome === wanted ? hazard.id : []));
  return { fail: ids('fail'), unknown: ids('unknown') };
}

/** The reference lock, with fencing tokens that differ in what a number leaves out. */
const preciseLock = {
  ...referenceLock,
  token: ({ fence }: { readonly fence: number }) => 2n ** 53n + BigInt(fence),
} as SuiteAdapter;

/** Those that were seen to end. */
const LOCKS = [
  ...[
    'contention',
    'give-up',
    'retry-storm',
    'holder-crash',
    'lease-over-in-a-pause',
    'release-after-expiry',
  ],
  ...['extend-after-expiry', 'extension-races-release', 'fencing-order', 'clock-skew', 'late-acquire-reply'],
  ...[
    'lost-acquire-reply',
    'lost-release-reply',
    'reset-before-send',
    'slow-server',
    'noscript',
    'data-loss',
  ],
];
const CACHES = ['stale-fill', 'lost-update', 'stampede', 'expiry', 'negative', 'redis-down', 'recovery'];

// A green suite is no lie: what keeps its promises passes everything, and each thing that is broken fails what it must.
test.each<[string, SuiteAdapter, readonly string[], (readonly string[])?]>([
  ['the reference lock', referenceLock, [], LOCKS],
  ['bigints of which no number is precise', preciseLock, [], ['fencing-order']],
  ['the reference cache', referenceCache, [], CACHES],
  ['the reference limiter', referenceLimiter, []],
  ['cache-aside', broken.cacheAside, ['stale-fill', 'lost-update', 'stampede', 'redis-down']],
  ['a cache that never forgets', broken.neverForgets, ['expiry']],
  ['INCR, then PEXPIRE', broken.incrThenExpire, ['crash-in-between', 'window-edge', 'retried-hit']],
])('%s fails precisely what it must', async (_, adapter, fail, only) => {
  expect(await failing(adapter, only)).toEqual({ fail, unknown: [] });
});
