/**
 * Matchers and set-up for Vitest: `import 'redis-race-lab/vitest'` in a test file, or name it in `setupFiles`.
 *
 * Starts the Redis of this process before the first test, so that its start does not count as test time, and gives
 * tests a minute, since they explore many executions.
 *
 * @packageDocumentation
 */
import { beforeAll, expect, vi } from 'vitest';
import { renderFailure } from '../record/failure.js';
import type { Verdict } from '../explore/verdict.js';
import { sharedServer } from '../server/index.js';

const TEST_LIMIT_MS = 60_000;
const START_LIMIT_MS = 180_000;

vi.setConfig({ testTimeout: TEST_LIMIT_MS });
beforeAll(async () => {
  await sharedServer({ notify: (line) => console.error(line) });
}, START_LIMIT_MS);

/** What the matchers add to `expect(verdict)`. */
export interface RaceMatchers<R = unknown> {
  /** The scenario holds: everything within the bounds was tried (or sampled) and nothing is wrong. */
  toHold(): R;
  /** The scenario breaks; with a name, that it breaks this invariant. */
  toBreak(invariant?: string): R;
  /** Some worker never comes to an end. */
  toHang(): R;
}

declare module 'vitest' {
  // oxlint-disable-next-line no-empty-object-type
  interface Matchers<T = any> extends RaceMatchers<T> {}
}

expect.extend({
  toHold(given: unknown) {
    const verdict = verdictFrom(given, 'toHold');
    return outcome(verdict, verdict.kind === 'holds', 'to hold');
  },
  toBreak(given: unknown, invariant?: string) {
    const verdict = verdictFrom(given, 'toBreak');
    const pass = verdict.kind === 'breaks' && (invariant === undefined || verdict.invariant === invariant);
    return outcome(verdict, pass, invariant === undefined ? 'to break' : `to break "${invariant}"`);
  },
  toHang(given: unknown) {
    const verdict = verdictFrom(given, 'toHang');
    return outcome(verdict, verdict.kind === 'hangs', 'to hang');
  },
});

const VERBS: Readonly<Record<Verdict['kind'], string>> = {
  holds: 'holds',
  breaks: 'breaks',
  hangs: 'hangs',
  incomplete: 'is incomplete',
  error: 'ended with an error',
};

/** @throws TypeError for anything but a verdict, such as the promise of one */
function verdictFrom(given: unknown, matcher: string): Verdict {
  const kind = (given as Partial<Verdict> | null | undefined)?.kind;
  if (kind === undefined || !Object.hasOwn(VERBS, kind))
    throw new TypeError(`${matcher}() wants a verdict: expect(await explore(scenario)).${matcher}()`);
  return given as Verdict;
}

function outcome(verdict: Verdict, pass: boolean, wanted: string): { pass: boolean; message: () => string } {
  return {
    pass,
    message: () => {
      const { scenario, kind, message, record } = verdict;
      const head = `expected "${scenario}" ${pass ? 'not ' : ''}${wanted}, but it ${VERBS[kind]}: ${message}`;
      return record === undefined ? head : `${head}\n\n${renderFailure(record, { verdict })}`;
    },
  };
}
