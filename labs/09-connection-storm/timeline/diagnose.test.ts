import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { simulateQueue } from '../model/queue.js';
import type { Attempt } from './attempt.js';
import { diagnose } from './diagnose.js';
import { windowsOf, worstWindow } from './windows.js';

const storms = fc.record({
  ratePerSecond: fc.integer({ min: 100, max: 2000 }),
  backlog: fc.integer({ min: 1, max: 2048 }),
  from: fc.integer({ min: 300, max: 1500 }),
  length: fc.integer({ min: 300, max: 2000 }),
  connectTimeoutMs: fc.integer({ min: 100, max: 4000 }),
  replyTimeoutMs: fc.integer({ min: 100, max: 5000 }),
  rttMs: fc.double({ min: 0.1, max: 20, noNaN: true }),
});

describe('the diagnosis', () => {
  test('finds the stall, whatever the storm', () => {
    fc.assert(
      fc.property(storms, ({ from, length, ...more }) => {
        const stall = { from, until: from + length };
        const { attempts } = simulateQueue({ ...more, stall, durationMs: stall.until + 1500 });
        const found = diagnose(attempts);
        // The next answer comes with the next client, after its handshake and its request; before it the server gets to
        // know that those in the queue have given up: 0.02 ms each.
        const queued = Math.min(more.backlog + 1, (length * more.ratePerSecond) / 1000);
        const tolerance = 2 * more.rttMs + 1000 / more.ratePerSecond + queued * 0.02 + 1;
        expect(found).toBeDefined();
        expect(found!.over).toBe(true);
        expect(Math.abs(found!.from - stall.from)).toBeLessThanOrEqual(tolerance);
        expect(Math.abs(found!.until - stall.until)).toBeLessThanOrEqual(tolerance);
      }),
      { numRuns: 100 },
    );
  });

  test('finds nothing where the server never stood still', () => {
    fc.assert(
      fc.property(storms, ({ from: _from, length: _length, ...more }) => {
        const { attempts } = simulateQueue({ ...more, durationMs: 2000 });
        expect(diagnose(attempts)).toBeUndefined();
      }),
      { numRuns: 20 },
    );
  });

  test('takes the silence of the clients for none of the server', () => {
    const before = Array.from({ length: 100 }, (_, at) => ({
      at: at * 10,
      connected: at * 10,
      replied: at * 10 + 1,
    }));
    const after = before.map(({ at }) => ({ at: at + 2500, connected: at + 2500, replied: at + 2501 }));
    expect(diagnose([...before, ...after])).toBeUndefined();
    // One request in all that time says nothing, either.
    expect(diagnose([...before, { at: 995, replied: 2500 }, ...after])).toBeUndefined();
  });

  test('says that it goes on where the timeline ends first', () => {
    const { attempts } = simulateQueue({
      ratePerSecond: 500,
      durationMs: 2000,
      stall: { from: 1000, until: 60_000 },
      backlog: 100,
      connectTimeoutMs: 300,
      replyTimeoutMs: 600,
    });
    const found = diagnose(attempts)!;
    expect(found.over).toBe(false);
    expect(found).toMatchObject({ lost: 500 });
    expect(Math.abs(found.from - 1000)).toBeLessThan(5);
  });

  test('needs no order, and says nothing of nothing', () => {
    const { attempts } = simulateQueue({
      ratePerSecond: 500,
      durationMs: 3000,
      stall: { from: 1000, until: 2000 },
      backlog: 511,
      connectTimeoutMs: 500,
      replyTimeoutMs: 5000,
    });
    expect(diagnose(attempts.toReversed())).toEqual(diagnose(attempts));
    // One of them began when the last answer before it was on its way.
    expect(diagnose(attempts)).toMatchObject({ begun: 501, lost: 0 });
    expect(diagnose([])).toBeUndefined();
  });
});

describe('windows', () => {
  test('cut a timeline so that each request is in one of them', () => {
    const attempts = fc.array(
      fc.record({ at: fc.nat(100_000), took: fc.option(fc.nat(5000), { nil: undefined }) }),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(attempts, fc.integer({ min: 1000, max: 60_000 }), (ones, widthMs) => {
        const timeline = ones.map(({ at, took }): Attempt =>
          took === undefined ? { at, failed: { at, kind: 'ECONNRESET' } } : { at, replied: at + took },
        );
        const windows = windowsOf(timeline, widthMs);
        expect(windows.reduce((sum, { begun }) => sum + begun, 0)).toBe(ones.length);
        expect(windows.map(({ from }) => from)).toEqual(windows.map((_, at) => at * widthMs));
        for (const { begun, answered, failures } of windows)
          expect(answered + (failures.get('ECONNRESET') ?? 0)).toBe(begun);
      }),
    );
  });

  test('show where to look: the stall is in the worst of ten windows of 30 s', () => {
    const { attempts } = simulateQueue({
      ratePerSecond: 100,
      durationMs: 300_000,
      stall: { from: 200_000, until: 201_430 },
      backlog: 25,
      connectTimeoutMs: 500,
      replyTimeoutMs: 5000,
    });
    const windows = windowsOf(attempts, 30_000);
    expect(windows).toHaveLength(10);
    const worst = worstWindow(windows)!;
    expect(worst.from).toBe(180_000);
    // Looked at alone, it tells as much as the whole.
    const inside = attempts.filter(({ at }) => at >= worst.from && at < worst.until);
    expect(diagnose(inside)).toEqual(diagnose(attempts));
    expect(windows.filter(({ failures }) => failures.size > 0)).toEqual([worst]);
    expect(worstWindow([])).toBeUndefined();
  });
});
