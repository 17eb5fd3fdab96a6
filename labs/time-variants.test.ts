/**
 * Variants in which time decides: the same verdicts whether the server's clock is frozen or its deadlines are moved, and
 * records that come out the same, remaining times included.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  asExpected,
  Environment,
  explore,
  replay,
  startServer,
  type RedisServer,
  type Verdict,
} from '../harness/index.js';
import { lockAcquisition } from './03-lock-acquisition/lab.js';

const NAMES = [
  'plain-del',
  'lua-release-late',
  'lua-release-in-time',
  'paused-holder',
  'paused-briefly',
  'paused-plain-del',
  'paused-lua-release',
  'late-answer',
  'late-answer-pttl',
  'counts-from-question',
];
const REPLAYS = 20;
const variants = lockAcquisition.variants.filter(({ name }) => NAMES.includes(name));
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

  test.each(variants)('$name', async ({ name, scenario, expect: expected, preemptions }) => {
    if (server === undefined) return;
    expect(server.clockMode).toBe(clock);
    const verdict: Verdict = await explore(scenario, {
      environment,
      ...(preemptions === undefined ? {} : { preemptions }),
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
    const again = await replay(scenario, record, { environment, times: REPLAYS });
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
