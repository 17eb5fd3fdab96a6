/** Every variant gets its expected verdict; one that would take long is explored with two workers instead of three. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defined } from '../harness/base/defined.js';
import { exploreWith } from '../harness/explore/explore.js';
import { explore, renderFailure, sharedServer, type Verdict } from '../harness/index.js';
import { asExpected } from '../harness/lab.js';
import { Environment } from '../harness/execution/host/environment.js';
import {
  ALIKE,
  INTERLEAVINGS,
  INTERLEAVINGS_OF_TWO,
  isLong,
  nameOf,
  UNALIKE,
  VARIANTS,
  type LabVariant,
} from '../test/support/lab-variants.js';

/** What each variant came to, by its name. */
const verdicts = new Map<string, Verdict>();

/** What is left of a finding after shrinking, where a lesson counts on it. */
const MINIMAL: Record<string, object> = {
  '01-lost-update/get-set': { workers: 2, steps: 4, preemptions: 1, faults: 0 },
  '01-lost-update/watch-shared': { workers: 2, steps: 10, preemptions: 1, faults: 0 },
  '01-lost-update/json-entry': { workers: 2, steps: 4, preemptions: 1, faults: 0 },
  '01-lost-update/incr-resend': { workers: 1, preemptions: 0, faults: 1 },
  '01-lost-update/incr-single-shot': { workers: 1, steps: 1, preemptions: 0, faults: 1 },
  '01-lost-update/incr-gives-up': { workers: 1, steps: 1, preemptions: 0, faults: 1 },
  '02-cache-aside/naive': { workers: 2, preemptions: 0, faults: 0 },
  '02-cache-aside/delete-then-set': { workers: 2, steps: 6, preemptions: 0, faults: 0 },
  '02-cache-aside/set-then-delete': { workers: 2, steps: 6, preemptions: 0, faults: 0 },
  '02-cache-aside/lease-crash': { workers: 2, steps: 7, preemptions: 0, faults: 1 },
  '02-cache-aside/stampede': { workers: 2, steps: 8, preemptions: 0, faults: 0 },
  '02-cache-aside/failing-client': { workers: 1, steps: 12, preemptions: 0, faults: 1 },
  '02-cache-aside/retry-gives-up': { workers: 1, steps: 15, preemptions: 0, faults: 1 },
  '02-cache-aside/serves-stale-silently': { workers: 2, steps: 8, preemptions: 0, faults: 1 },
  '02-cache-aside/negative-forgotten': { workers: 2, steps: 6, preemptions: 0, faults: 0 },
  '03-lock-acquisition/setnx-crash': { workers: 1, steps: 2, preemptions: 0, faults: 1 },
  '03-lock-acquisition/setnx-expire-crash': { workers: 1, steps: 2, preemptions: 0, faults: 1 },
  '03-lock-acquisition/plain-del': { workers: 2, steps: 8, preemptions: 0, faults: 0 },
  '03-lock-acquisition/get-then-del': { workers: 2, steps: 9, preemptions: 1, faults: 0 },
  '03-lock-acquisition/paused-holder': { workers: 2, steps: 10, preemptions: 0, faults: 1 },
  '03-lock-acquisition/late-answer': { workers: 2, steps: 7, preemptions: 0, faults: 1 },
  '03-lock-acquisition/ghost-lock': { workers: 1, steps: 4, preemptions: 0, faults: 1 },
  '03-lock-acquisition/carries-on': { workers: 2, steps: 5, preemptions: 0, faults: 1 },
  '04-lock-lifetime/watchdog-paused': { workers: 2, steps: 12, preemptions: 0, faults: 1 },
  '04-lock-lifetime/extend-after-release': { workers: 1, steps: 6, preemptions: 1, faults: 0 },
  '04-lock-lifetime/notes-then-pays': { workers: 2, steps: 8, preemptions: 0, faults: 1 },
  '07-connection-error-cascade/nothing-handled': { workers: 1, steps: 1, preemptions: 0, faults: 1 },
  '07-connection-error-cascade/client-gives-up': { workers: 2, steps: 1, preemptions: 0, faults: 1 },
  '07-connection-error-cascade/half-done-multi': { workers: 2, steps: 4, preemptions: 0, faults: 0 },
  '07-connection-error-cascade/half-done-watch': { workers: 3, steps: 6, preemptions: 0, faults: 0 },
  '07-connection-error-cascade/carries-on': { workers: 2, preemptions: 0, faults: 1 },
};

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

describe('labs', () => {
  test.each(VARIANTS.filter((one) => !isLong(one)))(
    '$lab/$variant.name should get its expected verdict',
    async (one) => {
      const { name, scenario, preemptions, expect: expected } = one.variant;
      const verdict = await exploreWith(scenario, {
        session: environment,
        identity: { lab: one.lab, variant: name },
        ...defined({ preemptions }),
      });
      verdicts.set(nameOf(one), verdict);
      expect(asExpected(verdict, expected), report(verdict)).toBe(true);
    },
  );

  test.each(ALIKE.filter((one) => !isLong(one)))(
    '$lab/$variant.name should hold in all interleavings of its workers with a fault',
    (one) => {
      const verdict = verdicts.get(nameOf(one))!;
      const workers = one.variant.scenario.workers.length;
      expect(verdict).toMatchObject({ workers, strategy: 'exhaustive', complete: true, capped: 0 });
      expect(verdict.bounds).toMatchObject({ faults: 1, alike: true });
      // Where the server's clock cannot be frozen, when a key gets its deadline counts, too.
      if (verdict.redis.clock === 'shim') expect(verdict.executions).toBe(INTERLEAVINGS[nameOf(one)]);
    },
  );

  test.each(UNALIKE.filter((one) => !isLong(one)))(
    '$lab/$variant.name should hold in all interleavings',
    (one) => {
      const verdict = verdicts.get(nameOf(one))!;
      expect(verdict).toMatchObject({ strategy: 'exhaustive', complete: true, capped: 0 });
      // Where the server's clock cannot be frozen, when a key gets its deadline counts, too.
      if (verdict.redis.clock === 'shim') expect(verdict.executions).toBe(countInLesson(one));
    },
  );

  test.each(ALIKE.filter(isLong))(
    '$lab/$variant.name should hold in all interleavings of two workers with a fault',
    async (one) => {
      const verdict = await explore(one.variant.scenario, { session: environment, workerCount: 2 });
      expect(verdict, report(verdict)).toMatchObject({
        kind: 'holds',
        workers: 2,
        strategy: 'exhaustive',
        complete: true,
        capped: 0,
        bounds: { faults: 1, alike: true },
      });
      if (verdict.redis.clock === 'shim') expect(verdict.executions).toBe(INTERLEAVINGS_OF_TWO[nameOf(one)]);
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
    for (const one of VARIANTS) expect(one.variant.scenario.name).toBe(nameOf(one));
  });
});

/** How many interleavings the lesson says that there are. */
function countInLesson({ lab, variant }: LabVariant): number {
  const lesson = readFileSync(fileURLToPath(new URL(`${lab}/README.md`, import.meta.url)), 'utf8');
  const line = lesson.split('\n').find((line) => line.startsWith(`✓  ${variant.name} `));
  return Number(/ all ([\d,]+)$/.exec(line ?? '')?.[1]?.replaceAll(',', ''));
}

function report({ kind, message, record }: Verdict): string {
  return record === undefined ? `${kind}: ${message}` : renderFailure(record);
}
