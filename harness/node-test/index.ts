/**
 * Assertions for node:test, and for any other runner that takes an AssertionError for a failure.
 *
 * `explore(scenario, { signal: t.signal })` stops with its test; node:test does not say what its limit is, so give `seconds`
 * where it has one.
 *
 * @packageDocumentation
 */
import { AssertionError } from 'node:assert';
import { createRequire } from 'node:module';
import { showLongExplorations } from '../assert/live-line.js';
import { claimFailed, isVerdict, passes, passLine, type Claim } from '../assert/outcome.js';
import { isQuiet } from '../assert/quiet.js';
import { suiteTests, type SuiteTestOptions } from '../assert/suite-tests.js';
import { viewFor } from '../assert/view.js';
import type { Verdict } from '../record/verdict.js';
import type { SuiteKind } from '../suite/adapters/adapter.js';
import type { SuiteAdapter } from '../suite/adapters/suite-adapter.js';

export type { SuiteTestOptions } from '../assert/suite-tests.js';
export type { SuiteKind } from '../suite/adapters/adapter.js';
export type { SuiteAdapter } from '../suite/adapters/suite-adapter.js';

/**
 * The context of a test of node:test, as far as it is needed.
 *
 * @public
 */
export interface DiagnosticContext {
  /** Writes a line that stands with the test. */
  diagnostic(message: string): void;
}

const error = (line: string): void => void process.stderr.write(`${line}\n`);
showLongExplorations(error);

/**
 * Passes when the scenario holds: everything within the bounds was tried (or sampled) and nothing is wrong. What is
 * *incomplete* does not pass.
 *
 * @param t - where to say what was tried; default: standard error
 * @throws AssertionError with the whole print of the failure as its message; TypeError for anything but a verdict
 * @example
 * ```ts
 * import { explore, scenario } from 'redis-race-lab';
 * import { assertHolds } from 'redis-race-lab/node-test';
 *
 * const views = scenario({ name: 'views', workers: ({ redis }) => redis.incr('views'), invariants: [] });
 * assertHolds(await explore(views));
 * ```
 * @public
 */
export function assertHolds(verdict: Verdict, t?: DiagnosticContext): void {
  check(verdict, { kind: 'holds' }, assertHolds);
  if (isQuiet()) return;
  const line = passLine(verdict);
  if (t === undefined) error(line);
  else t.diagnostic(line);
}

/**
 * Passes when the scenario breaks an invariant: for a test that shows a bug.
 *
 * @param invariant - which; default: any
 * @throws AssertionError that says what came out instead; TypeError for anything but a verdict
 * @example
 * ```ts
 * import { explore, noStuckKey, scenario } from 'redis-race-lab';
 * import { assertBreaks } from 'redis-race-lab/node-test';
 *
 * const stuck = scenario({
 *   name: 'stuck',
 *   workers: ({ redis }) => redis.set('lock', 'me', 'NX'),
 *   invariants: [noStuckKey('lock')],
 * });
 * assertBreaks(await explore(stuck), 'no stuck key');
 * ```
 * @public
 */
export function assertBreaks(verdict: Verdict, invariant?: string): void {
  check(verdict, { kind: 'breaks', invariant }, assertBreaks);
}

/**
 * Passes when some worker never comes to an end.
 *
 * @throws AssertionError that says what came out instead; TypeError for anything but a verdict
 * @example
 * ```ts
 * import { explore, scenario } from 'redis-race-lab';
 * import { assertHangs } from 'redis-race-lab/node-test';
 *
 * const waits = scenario({ name: 'waits', workers: ({ redis }) => redis.blpop('jobs', 0), invariants: [] });
 * assertHangs(await explore(waits));
 * ```
 * @public
 */
export function assertHangs(verdict: Verdict): void {
  check(verdict, { kind: 'hangs' }, assertHangs);
}

/**
 * Tests what becomes of a lock in every hazard that there is for it: a test each.
 *
 * @param name - of the lock
 * @throws ScenarioError for what `lockAdapter` did not return
 * @example
 * ```ts
 * import { lockAdapter } from 'redis-race-lab/suite';
 *
 * // In a test file, lockSuite('my lock', myLock) of redis-race-lab/node-test makes a test of each hazard.
 * const myLock = lockAdapter({
 *   acquire: async ({ client, key, ttlMs }) => client.set(key, 'taken', 'PX', ttlMs, 'NX'),
 *   release: async (_, { client, key }) => (await client.del(key)) === 1,
 * });
 * console.log(myLock.suite); // lock
 * ```
 * @public
 */
export function lockSuite(name: string, adapter: SuiteAdapter, options: SuiteTestOptions = {}): void {
  asTests('lock', name, adapter, options);
}

/**
 * Tests what becomes of a cache in every hazard that there is for it: a test each.
 *
 * @param name - of the cache
 * @throws ScenarioError for what `cacheAdapter` did not return
 * @example
 * ```ts
 * import { cacheAdapter } from 'redis-race-lab/suite';
 *
 * // In a test file, cacheSuite('my cache', myCache) of redis-race-lab/node-test makes a test of each hazard.
 * const myCache = cacheAdapter({
 *   getOrLoad: async (load, { client, key, ttlMs }) => {
 *     const cached = await client.get(key);
 *     if (cached !== null) return cached;
 *     const value = await load();
 *     if (value !== null) await client.set(key, value, 'PX', ttlMs);
 *     return value;
 *   },
 *   invalidate: ({ client, key }) => client.del(key),
 * });
 * console.log(myCache.suite); // cache
 * ```
 * @public
 */
export function cacheSuite(name: string, adapter: SuiteAdapter, options: SuiteTestOptions = {}): void {
  asTests('cache', name, adapter, options);
}

/**
 * Tests what becomes of a limiter in every hazard that there is for it: a test each.
 *
 * @param name - of the limiter
 * @throws ScenarioError for what `limiterAdapter` did not return
 * @example
 * ```ts
 * import { limiterAdapter } from 'redis-race-lab/suite';
 *
 * // In a test file, limiterSuite('my limiter', myLimiter) of redis-race-lab/node-test makes a test of each hazard.
 * const myLimiter = limiterAdapter({
 *   hit: async ({ client, key, limit }) => (await client.incr(key)) <= limit,
 * });
 * console.log(myLimiter.suite); // limiter
 * ```
 * @public
 */
export function limiterSuite(name: string, adapter: SuiteAdapter, options: SuiteTestOptions = {}): void {
  asTests('limiter', name, adapter, options);
}

function asTests(kind: SuiteKind, name: string, adapter: SuiteAdapter, options: SuiteTestOptions): void {
  // Only now: other runners take these assertions, too, and have no use for this one.
  const { describe, test } = createRequire(import.meta.url)('node:test') as typeof import('node:test');
  void describe(name, () => {
    for (const { title, skipped, run } of suiteTests(kind, name, adapter, options)) {
      const skip = skipped === undefined ? false : `not applicable: ${skipped}`;
      void test(title, { skip }, async (t) => {
        const view = viewFor({ indent: INDENT, isTerminal: process.stdout.isTTY });
        const said = await run({
          signal: t.signal,
          view,
          fail: (message) => new AssertionError({ message, operator: `${kind}Suite` }),
        });
        if (!isQuiet()) t.diagnostic(said);
      });
    }
  });
}

/** @param assertion - what the stack of the error begins behind */
function check(verdict: unknown, claim: Claim, assertion: (verdict: Verdict) => void): void {
  const { name } = assertion;
  if (!isVerdict(verdict)) throw new TypeError(`${name}() wants a verdict: ${name}(await explore(scenario))`);
  if (passes(verdict, claim)) return;
  const view = viewFor({ indent: INDENT, isTerminal: process.stdout.isTTY });
  throw new AssertionError({
    message: claimFailed(verdict, claim, view),
    actual: verdict.kind,
    expected: claim.kind,
    operator: name,
    stackStartFn: assertion,
  });
}

/** Reporters of node:test move a message to the right. */
const INDENT = 2;
