/**
 * Variants in which time decides: the same verdicts whether the server's clock is frozen or its deadlines are moved, and
 * records that come out the same, remaining times included.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defined } from '../harness/base/defined.js';
import { explore, replay, startServer, type RedisServer, type Verdict } from '../harness/index.js';
import { asExpected } from '../harness/lab.js';
import { Environment } from '../harness/execution/host/environment.js';
import { isLong, TIME_VARIANTS, type LabVariant } from '../test/support/lab-variants.js';

const REPLAYS = 20;
/** Those whose exploration is no other test's: what holds with the frozen clock the tests of the labs explore. */
function variantsWith(clock: 'shim' | 'ttl-shift'): LabVariant[] {
  return TIME_VARIANTS.filter(
    (one) => one.variant.expect.kind !== 'holds' || (clock === 'ttl-shift' && !isLong(one)),
  );
}
/** The steps that each clock came to, without what names the clock. */
const found = new Map<string, unknown>();

describe.each(['shim', 'ttl-shift'] as const)('time variants of the lock lab, clock %s', (clock) => {
  let server: RedisServer | undefined;
  let environment: Environment;
  beforeAll(async () => {
    server = await startServer({ clock }).catch((error: Error & { code?: string }) => {
      if (error.code === 'no-clock') return undefined;
      throw error;
    });
    if (server !== undefined) environment = await Environment.open(server);
  });
  afterAll(async () => {
    environment?.close();
    await server?.stop();
  });

  test.each(variantsWith(clock))('$variant.name', async ({ variant }) => {
    const { name, scenario, expect: expected, preemptions } = variant;
    if (server === undefined) return;
    expect(server.clockMode).toBe(clock);
    const verdict: Verdict = await explore(scenario, {
      session: environment,
      ...defined({ preemptions }),
    });
    expect(asExpected(verdict, expected), verdict.message).toBe(true);
    const { record } = verdict;
    const steps = record?.steps.map(({ command, text, reply, fault, atMs }) => ({
      command,
      text,
      reply,
      fault,
      atMs,
    }));
    const other = found.get(name);
    if (other !== undefined) expect(steps).toEqual(other);
    if (steps !== undefined) found.set(name, steps);
    if (record === undefined) return;
    const again = await replay(scenario, record, { session: environment, times: REPLAYS });
    expect(again.firstDifference).toBeUndefined();
    expect(again.same).toBe(REPLAYS);
  });

  test('the record of late-answer-pttl holds remaining times', () => {
    if (server === undefined) return;
    const steps = found.get('late-answer-pttl') as { command?: string[]; reply?: unknown }[];
    const asked = steps.filter(({ command }) => command?.[0] === 'PTTL');
    expect(asked.map(({ reply }) => reply)).toContain(1000);
  });
});
