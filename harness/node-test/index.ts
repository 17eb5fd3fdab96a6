/**
 * Assertions for node:test, and for any other runner that takes an AssertionError for a failure.
 *
 * `explore(scenario, { signal: t.signal })` stops with its test; node:test does not say what its limit is, so give `seconds`
 * where it has one.
 *
 * @packageDocumentation
 */
import { AssertionError } from 'node:assert';
import { showLongExplorations } from '../assert/live-line.js';
import { claimFailed, isVerdict, passes, passLine, type Claim } from '../assert/outcome.js';
import { isQuiet } from '../assert/quiet.js';
import { viewFor } from '../assert/view.js';
import type { Verdict } from '../record/verdict.js';

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
