import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  asExpected,
  Environment,
  explore,
  renderFailure,
  sharedServer,
  type Verdict,
} from '../harness/index.js';
import { labs } from './index.js';

/** Every variant of every lab, and the verdict that it got. */
const variants = labs.flatMap(({ id, variants }) => variants.map((variant) => ({ lab: id, variant })));
const verdicts = new Map<string, Verdict>();

/** What is left of a finding after shrinking, where a lesson counts on it. */
const MINIMAL: Record<string, object> = {
  '01-lost-update/get-set': { workers: 2, steps: 4, preemptions: 1, faults: 0 },
  '01-lost-update/watch-shared': { workers: 2, steps: 10, preemptions: 1, faults: 0 },
  '01-lost-update/json-entry': { workers: 2, steps: 4, preemptions: 1, faults: 0 },
  '01-lost-update/incr-resend': { workers: 1, preemptions: 0, faults: 1 },
  '01-lost-update/incr-single-shot': { workers: 1, steps: 1, preemptions: 0, faults: 1 },
  '03-lock-acquisition/setnx-crash': { workers: 1, steps: 2, preemptions: 0, faults: 1 },
  '03-lock-acquisition/setnx-expire-crash': { workers: 1, steps: 2, preemptions: 0, faults: 1 },
  '03-lock-acquisition/plain-del': { workers: 2, steps: 8, preemptions: 0, faults: 0 },
  '03-lock-acquisition/get-then-del': { workers: 2, steps: 9, preemptions: 1, faults: 0 },
  '03-lock-acquisition/paused-holder': { workers: 2, steps: 10, preemptions: 0, faults: 1 },
  '03-lock-acquisition/late-answer': { workers: 2, steps: 7, preemptions: 0, faults: 1 },
  '03-lock-acquisition/ghost-lock': { workers: 1, steps: 4, preemptions: 0, faults: 1 },
  '03-lock-acquisition/carries-on': { workers: 2, steps: 5, preemptions: 0, faults: 1 },
};

/** Interleavings of three workers, with what may go wrong, that differ in more than the order of independent steps. */
const INTERLEAVINGS: Record<string, number> = {
  '01-lost-update/incr': 6,
  '01-lost-update/watch-multi': 216,
  '01-lost-update/lua-cas': 108,
  '01-lost-update/json-cas': 108,
  '01-lost-update/incr-single-shot-handled': 48,
  '01-lost-update/incr-request-id': 150,
  '03-lock-acquisition/set-nx-px': 84,
  '03-lock-acquisition/lua-release-in-time': 1104,
  '03-lock-acquisition/lets-it-fail': 252,
};
/** The same where it takes a minute or more: only with RACE_LAB_LONG=1, else these are explored within their bounds. */
const LONG: Record<string, number> = {
  '03-lock-acquisition/lua-release': 7590,
  '03-lock-acquisition/retry-same-token': 3930,
};
/** For the largest of them, on a machine that has other things to do. */
const LIMIT_MS = 900_000;

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

describe('labs', () => {
  test.each(variants)(
    '$lab/$variant.name should get its expected verdict',
    async ({ lab, variant }) => {
      const { name, scenario, preemptions, expect: expected } = variant;
      const identity = { lab, variant: name };
      const verdict = await explore(scenario, {
        environment,
        identity,
        ...(preemptions === undefined ? {} : { preemptions }),
      });
      verdicts.set(`${lab}/${name}`, verdict);
      expect(asExpected(verdict, expected), report(verdict)).toBe(true);
      if (expected.kind === 'holds') expect(verdict).toMatchObject({ complete: true, capped: 0 });
    },
    LIMIT_MS,
  );

  test.skipIf(process.env['RACE_LAB_LONG'] !== '1').each(Object.entries(LONG))(
    '%s should hold in all of its %i interleavings, too',
    async (name, executions) => {
      const { scenario } = variants.find(({ lab, variant }) => `${lab}/${variant.name}` === name)!.variant;
      const verdict = await explore(scenario, { environment, strategy: 'exhaustive' });
      expect(verdict).toMatchObject({ kind: 'holds', workers: 3, complete: true });
      if (verdict.redis.clock === 'shim') expect(verdict.executions).toBe(executions);
    },
    LIMIT_MS,
  );

  test.each(Object.entries(INTERLEAVINGS))(
    '%s should hold in all of its %i interleavings',
    (name, executions) => {
      const verdict = verdicts.get(name)!;
      const { faults } = variants.find(({ lab, variant }) => `${lab}/${variant.name}` === name)!.variant
        .scenario;
      expect(verdict).toMatchObject({ kind: 'holds', workers: 3, strategy: 'exhaustive', complete: true });
      expect(verdict.bounds).toMatchObject({ faults: faults.budget });
      // Where the server's clock cannot be frozen, when a key gets its deadline counts, too.
      if (verdict.redis.clock === 'shim') expect(verdict.executions).toBe(executions);
    },
  );

  test.each(Object.entries(MINIMAL))('%s should shrink to %o', (name, minimal) => {
    expect(verdicts.get(name)?.minimal).toMatchObject(minimal);
  });

  test('incr-resend should shrink to one command, sent twice', () => {
    const { steps } = verdicts.get('01-lost-update/incr-resend')!.record!;
    const sent = steps.filter(({ kind }) => kind === 'command').map(({ command }) => command!.join(' '));
    expect(sent).toEqual(['INCR page:home:views', 'INCR page:home:views']);
  });

  test('should call every scenario by its lab and variant', () => {
    for (const { lab, variant } of variants) expect(variant.scenario.name).toBe(`${lab}/${variant.name}`);
  });
});

function report({ kind, message, record }: Verdict): string {
  return record === undefined ? `${kind}: ${message}` : renderFailure(record);
}
