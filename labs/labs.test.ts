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
  '01-lost-update/incr-gives-up': { workers: 1, steps: 1, preemptions: 0, faults: 1 },
  '03-lock-acquisition/setnx-crash': { workers: 1, steps: 2, preemptions: 0, faults: 1 },
  '03-lock-acquisition/setnx-expire-crash': { workers: 1, steps: 2, preemptions: 0, faults: 1 },
  '03-lock-acquisition/plain-del': { workers: 2, steps: 8, preemptions: 0, faults: 0 },
  '03-lock-acquisition/get-then-del': { workers: 2, steps: 9, preemptions: 1, faults: 0 },
  '03-lock-acquisition/paused-holder': { workers: 2, steps: 10, preemptions: 0, faults: 1 },
  '03-lock-acquisition/late-answer': { workers: 2, steps: 7, preemptions: 0, faults: 1 },
  '03-lock-acquisition/ghost-lock': { workers: 1, steps: 4, preemptions: 0, faults: 1 },
  '03-lock-acquisition/carries-on': { workers: 2, steps: 5, preemptions: 0, faults: 1 },
};

/**
 * Interleavings of three workers with at most one fault that differ in more than the order of independent steps, and in
 * more than who is who.
 */
const INTERLEAVINGS: Record<string, number> = {
  '01-lost-update/incr': 5,
  '01-lost-update/watch-multi': 409,
  '01-lost-update/lua-cas': 239,
  '01-lost-update/json-cas': 239,
  '01-lost-update/incr-single-shot-handled': 13,
  '01-lost-update/incr-request-id': 205,
  '03-lock-acquisition/set-nx-px': 14,
  '03-lock-acquisition/lua-release': 5306,
  '03-lock-acquisition/lua-release-in-time': 458,
  '03-lock-acquisition/paused-briefly': 157,
  '03-lock-acquisition/paused-lua-release': 664,
  '03-lock-acquisition/counts-from-question': 2274,
  '03-lock-acquisition/retry-same-token': 655,
  '03-lock-acquisition/lets-it-fail': 42,
};
/** For all of them without that, on a machine that has other things to do. */
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
    },
    LIMIT_MS,
  );

  const holding = variants.filter(({ variant }) => variant.expect.kind === 'holds');
  test.each(holding)(
    '$lab/$variant.name should hold in all interleavings of three workers with a fault',
    ({ lab, variant }) => {
      const verdict = verdicts.get(`${lab}/${variant.name}`)!;
      expect(verdict).toMatchObject({ workers: 3, strategy: 'exhaustive', complete: true, capped: 0 });
      expect(verdict.bounds).toMatchObject({ faults: 1, alike: true });
      // Where the server's clock cannot be frozen, when a key gets its deadline counts, too.
      if (verdict.redis.clock === 'shim')
        expect(verdict.executions).toBe(INTERLEAVINGS[`${lab}/${variant.name}`]);
    },
  );

  test.skipIf(process.env['RACE_LAB_LONG'] !== '1').each(holding)(
    '$lab/$variant.name should also hold where it counts who is who',
    async ({ lab, variant }) => {
      const scenario = { ...variant.scenario, interchangeable: false };
      const verdict = await explore(scenario, { environment, strategy: 'exhaustive', runs: 100_000 });
      expect(verdict).toMatchObject({ kind: 'holds', workers: 3, complete: true });
      // Three workers have six orders. Some classes are their own mirror images, and where it is not known ahead that a
      // step will not write, two of one kind are left.
      const alike = verdicts.get(`${lab}/${variant.name}`)!.executions;
      expect(verdict.executions).toBeGreaterThan(3 * alike);
      expect(verdict.executions).toBeLessThanOrEqual(6 * alike);
    },
    LIMIT_MS,
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
