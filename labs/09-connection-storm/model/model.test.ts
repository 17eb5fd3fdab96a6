/** The models are held against the figures of the story. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failuresOf } from '../timeline/attempt.js';
import { RULES, visited, walkOnce, type CronClient } from './cron.js';
import { simulateQueue, type QueueOptions } from './queue.js';
import { memoryOf, modelStall } from './stall.js';

const client = (more: Partial<CronClient>): CronClient => ({
  bufferBytes: 32 * 1024,
  usedBytes: 0,
  peakBytes: 0,
  idleSeconds: 0,
  ...more,
});

describe('the rules', () => {
  test.each<[string, Partial<CronClient>, boolean, boolean, boolean]>([
    ['busy', { usedBytes: 16_000, peakBytes: 16_000 }, false, false, false],
    ['quiet for two seconds', { idleSeconds: 2 }, false, false, false],
    ['quiet for three', { idleSeconds: 3 }, true, false, true],
    ['quiet, with a small buffer', { idleSeconds: 3, bufferBytes: 1024 }, false, false, false],
    ['quiet, with a buffer in use', { idleSeconds: 3, usedBytes: 32_000 }, false, false, false],
    ['quiet, after a large command', { idleSeconds: 3, bufferBytes: 200_000 }, true, true, true],
    ['busy, after a large command', { bufferBytes: 200_000, peakBytes: 500 }, true, true, true],
    ['busy with large commands', { bufferBytes: 200_000, peakBytes: 150_000 }, false, false, false],
  ])('a client that is %s', (_name, more, old, patched, modern) => {
    const one = client(more);
    expect({
      old: RULES.old(one),
      patched: RULES.patched(one),
      modern: RULES.modern(one),
    }).toEqual({ old, patched, modern });
  });

  test('the patched rule shrinks nothing that the old one leaves alone', () => {
    const any = fc.record({
      bufferBytes: fc.nat(1_000_000),
      peakBytes: fc.nat(1_000_000),
      idleSeconds: fc.nat(10),
      usedBytes: fc.nat(1_000_000),
    });
    fc.assert(fc.property(any, (one) => !RULES.patched(one) || RULES.old(one)));
  });
});

describe('the walk', () => {
  test.each([
    [4100, 10, 'every-second', 410],
    [4100, 100, 'every-second', 41],
    [3, 10, 'every-second', 3],
    [20, 10, 'every-second', 5],
    [4100, 10, 'every-ten-seconds', 50],
    [10_000, 10, 'every-ten-seconds', 100],
  ] as const)('%i clients, hz %i, %s: %i', (clients, hz, walk, expected) => {
    expect(visited(clients, hz, walk)).toBe(expected);
  });

  test('visits everybody once', () => {
    const options = fc.record({
      hz: fc.integer({ min: 1, max: 500 }),
      rule: fc.constantFrom('old' as const, 'patched' as const, 'modern' as const),
      walk: fc.constantFrom('every-second' as const, 'every-ten-seconds' as const),
    });
    fc.assert(
      fc.property(fc.nat(3000), options, (count, how) => {
        const runs = walkOnce(
          Array.from({ length: count }, () => client({ idleSeconds: 3 })),
          how,
        );
        expect(runs.reduce((sum, run) => sum + run.visited, 0)).toBe(count);
        const shrunk = runs.reduce((sum, run) => sum + run.shrunk, 0);
        expect(shrunk).toBe(how.rule === 'patched' ? 0 : count);
      }),
    );
  });
});

describe('the story', () => {
  test('about fifty buffers meet the old rule at once, and that takes 1.43 s', () => {
    expect(modelStall()).toMatchObject({ visited: 50, shrunk: 50, shrunkInAll: 600 });
    expect(modelStall().stallMs).toBeCloseTo(1430);
    // With the later walk and the idle ones here and there, it is nearly as many.
    const later = modelStall({ walk: 'every-second', together: false });
    expect(later).toMatchObject({ visited: 410, shrunk: 60, shrunkInAll: 600 });
  });

  test('the later walk meets many more of those that came last', () => {
    expect(modelStall({ walk: 'every-second' }).shrunk).toBe(410);
    expect(modelStall({ walk: 'every-second', hz: 100 }).shrunk).toBe(41);
  });

  test('the patched rule stalls nobody, and keeps about 160 MB for 5,000 clients', () => {
    expect(modelStall({ rule: 'patched' })).toMatchObject({
      shrunk: 0,
      stallMs: 0,
      keptBytes: memoryOf(600),
    });
    expect(memoryOf(5000) / 1e6).toBeCloseTo(163.84);
  });

  test('the modern rule shrinks as many, and with the new allocator nobody notices', () => {
    const modern = modelStall({ rule: 'modern', shrinkMs: 'new' });
    expect(modern.shrunk).toBe(modelStall().shrunk);
    expect(modern.stallMs).toBeLessThan(10);
  });

  test('numbers that make no sense are refused', () => {
    expect(() => modelStall({ clients: 10, busy: 11 })).toThrow('of 10 clients 11 cannot be busy');
    expect(() => modelStall({ hz: 0 })).toThrow('hz must be above 0');
  });
});

describe('the queue', () => {
  const story: QueueOptions = {
    ratePerSecond: 2000,
    durationMs: 4000,
    stall: { from: 1000, until: 2430 },
    backlog: 511,
    connectTimeoutMs: 1000,
    replyTimeoutMs: 5000,
  };

  test('2,000 connects a second fill 511 places in a quarter of the stall, and 2,048 in two thirds', () => {
    const failed = (backlog: number): number =>
      failuresOf(simulateQueue({ ...story, backlog }).attempts).get('connect timeout') ?? 0;
    // 2,860 come while the server stands still; one more fits than is asked for.
    expect(failed(511)).toBeGreaterThan(2860 - 512 - 10);
    expect(failed(511)).toBeLessThanOrEqual(2860 - 512);
    expect(failed(2048)).toBeGreaterThan(2860 - 2049 - 10);
    expect(failed(2048)).toBeLessThanOrEqual(2860 - 2049);
    expect(failed(2860)).toBe(0);
    expect(simulateQueue(story).deepest).toBe(512);
  });

  test('a patient client gets in when its kernel asks again, a second later', () => {
    const { attempts } = simulateQueue({ ...story, connectTimeoutMs: 10_000 });
    expect(attempts.every(({ replied }) => replied !== undefined)).toBe(true);
    const slow = attempts.filter(({ at, connected }) => connected! - at > 500);
    expect(slow.length).toBeGreaterThan(2000);
    for (const { at, connected } of slow)
      expect([1000, 3000]).toContain(Math.round((connected! - at) / 1000) * 1000);
  });

  test('aborting on overflow resets only who was in the middle of the handshake', () => {
    const resets = (rttMs: number): number =>
      failuresOf(simulateQueue({ ...story, rttMs, abortOnOverflow: true }).attempts).get('ECONNRESET') ?? 0;
    // 2,000 a second: in 10 ms twenty are on their way.
    expect(resets(10)).toBeGreaterThan(15);
    expect(resets(10)).toBeLessThan(25);
    // On one machine a handshake takes no time.
    expect(resets(0.01)).toBe(0);
    expect(
      simulateQueue({ ...story, rttMs: 10 }).attempts.some(({ failed }) => failed?.kind === 'ECONNRESET'),
    ).toBe(false);
  });

  test('every request ends, and nothing happens to those that came before', () => {
    const numbers = fc.record({
      ratePerSecond: fc.integer({ min: 50, max: 2000 }),
      backlog: fc.integer({ min: 1, max: 1000 }),
      length: fc.integer({ min: 0, max: 2000 }),
      connectTimeoutMs: fc.integer({ min: 50, max: 4000 }),
      rttMs: fc.double({ min: 0.1, max: 10, noNaN: true }),
      abortOnOverflow: fc.boolean(),
    });
    fc.assert(
      fc.property(numbers, ({ length, ...more }) => {
        const stall = { from: 500, until: 500 + length };
        const run = simulateQueue({ ...story, ...more, durationMs: 2500, stall });
        expect(run.deepest).toBeLessThanOrEqual(more.backlog + 1);
        for (const { at, replied, failed } of run.attempts) {
          expect((replied === undefined) !== (failed === undefined)).toBe(true);
          if (at < 500 - 2 * more.rttMs - 1) expect(replied).toBeDefined();
        }
      }),
      { numRuns: 30 },
    );
  });
});
