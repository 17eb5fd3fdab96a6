import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSession, type Session } from '../explore/session.js';
import { cacheAdapter, limiterAdapter, lockAdapter, type SuiteAdapter } from './adapters/suite-adapter.js';
import { referenceLimiter } from './reference/limiter.js';
import { referenceLock } from './reference/lock.js';
import { runSuite } from './run/run-suite.js';
import * as broken from './testing/broken.js';

let session: Session;
beforeAll(async () => {
  session = await openSession();
});
afterAll(() => session.close());

/** `hazard outcome`, of these hazards. */
async function outcomes(adapter: SuiteAdapter, only: readonly string[]): Promise<string[]> {
  const { results } = await runSuite('it', adapter, { session, only, seconds: Infinity });
  return results.map(({ hazard, outcome }) => `${hazard.id} ${outcome}`);
}

// Some of the hazards; nearly all of them in the long test.
const LOCKS = ['contention', 'holder-crash', 'release-after-expiry', 'lost-acquire-reply'];

test.each<[string, SuiteAdapter, readonly string[], readonly string[]]>([
  ['the reference lock', referenceLock, LOCKS, []],
  ['a plain DEL', broken.plainDel, LOCKS, ['release-after-expiry', 'lost-acquire-reply']],
  ['SETNX without a deadline', broken.setnxForever, ['contention', 'holder-crash'], ['holder-crash']],
  ['a look, and then SET', broken.looksFirst, ['contention', 'holder-crash'], ['contention']],
  ['leases by the clock of whoever asks', broken.byOwnClock, ['contention', 'clock-skew'], ['clock-skew']],
  ['PEXPIRE of whatever there is', broken.setNxPx, ['extend-after-expiry'], ['extend-after-expiry']],
  ['EVALSHA alone', broken.releasesByHash, ['noscript'], ['noscript']],
  ['cache-aside', broken.cacheAside, ['stale-fill'], ['stale-fill']],
  [
    'cache-aside with a lag',
    broken.laggingAside,
    ['stale-fill', 'lost-update'],
    ['stale-fill', 'lost-update'],
  ],
  ['a cache of nothing by its word', broken.negativeByWord, ['negative'], ['negative']],
  ['a cache that gives nothing', broken.givesNothing, ['stampede', 'redis-down'], ['stampede', 'redis-down']],
  ['a count after a look', broken.countsAfterwards, ['first-hit-race'], ['first-hit-race']],
  ['the reference limiter', referenceLimiter, ['first-hit-race', 'retried-hit'], []],
  ['INCR, then PEXPIRE', broken.incrThenExpire, ['first-hit-race', 'crash-in-between'], ['crash-in-between']],
])('%s fails precisely what it must', async (_, adapter, only, fails) => {
  const wanted = only.map((id) => `${id} ${fails.includes(id) ? 'fail' : 'pass'}`);
  expect(await outcomes(adapter, only)).toEqual(wanted);
});

test.each<[string, SuiteAdapter, string, string]>([
  [
    'a token that is no number',
    lockAdapter({ acquire: async () => 'handle', release: async () => true, token: () => Number.NaN }),
    'fencing-order',
    'lockAdapter: "token" gives a number or a bigint, not NaN',
  ],
  [
    'an answer that is neither yes nor no',
    limiterAdapter({ hit: async () => null as never }),
    'first-hit-race',
    'limiterAdapter: "hit" gives true or false, not null',
  ],
])('%s is a mistake of the adapter', async (_, adapter, hazard, message) => {
  const { results } = await runSuite('it', adapter, { session, only: [hazard] });
  expect(results.map(({ outcome, why }) => `${outcome}: ${why}`)).toEqual([`unknown: w1: ${message}`]);
});

test('what is undefined is left out', async () => {
  const adapter = { ...broken.plainDel, ttlMs: 1000 };
  const { results } = await runSuite('it', adapter, {
    session,
    only: ['release-after-expiry'],
    runs: undefined as never,
  });
  expect(results.map(({ outcome }) => outcome)).toEqual(['fail']);
});

test('entries that do not last until the last read say nothing of a recovery', async () => {
  const brief = cacheAdapter({ getOrLoad: (load) => load(), ttlMs: 300 });
  const { results } = await runSuite('it', brief, { session, only: ['recovery'] });
  expect(results[0]).toMatchObject({
    outcome: 'not applicable',
    why: 'its entries are over while it is read for 400 ms',
  });
});

test('what cannot be asked of it is not applicable', async () => {
  const { results } = await runSuite('it', broken.plainDel, { session, only: ['give-up', 'failover'] });
  expect(results.map(({ outcome, why }) => `${outcome}: ${why}`)).toEqual([
    'not applicable: it does not wait for a lock that is taken',
    'not applicable: it takes several nodes, and the lab runs one',
  ]);
});

test('what passes among two is tried among three', async () => {
  const { results } = await runSuite('it', broken.thirdGetsIt, { session, only: ['late-acquire-reply'] });
  expect(results[0]).toMatchObject({
    outcome: 'fail',
    verdict: { invariant: 'one holder at a time', record: { scenario: 'it/late-acquire-reply, crowded' } },
    verdicts: [
      { kind: 'holds', scenario: 'it/late-acquire-reply' },
      { kind: 'breaks', scenario: 'it/late-acquire-reply, crowded' },
    ],
  });
  const kept = await runSuite('it', referenceLock, { session, only: ['late-acquire-reply'] });
  expect(kept.results[0]).toMatchObject({
    outcome: 'pass',
    why: expect.stringMatching(/^all \d+ distinct .* of 2 workers .*; and all \d+ executions of 3 workers/),
    verdicts: [{ scenario: 'it/late-acquire-reply' }, { scenario: 'it/late-acquire-reply, crowded' }],
  });
});

test('a failure says what happened, and has its record', async () => {
  const { results } = await runSuite('it', broken.plainDel, { session, only: ['lost-acquire-reply'] });
  expect(results[0]).toMatchObject({
    outcome: 'fail',
    why: expect.stringMatching(/^Ghost lock: /),
    verdict: { record: { scenario: 'it/lost-acquire-reply' } },
  });
});

test('should refuse what is no adapter, and a hazard that is none', async () => {
  await expect(runSuite('it', {} as SuiteAdapter)).rejects.toThrow('a suite takes what lockAdapter');
  await expect(runSuite('it', referenceLock, { only: ['crash'] })).rejects.toThrow(
    'there is no hazard "crash"',
  );
});
