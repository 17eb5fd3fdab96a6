import { afterEach, describe, expect, test, vi } from 'vitest';
import { real } from '../../clock/globals.js';
import { DEFAULT_SECONDS, SECONDS_VARIABLE, timeLimit } from './time-limit.js';

afterEach(() => vi.unstubAllEnvs());

/** A test of a runner that ends in so many seconds. */
function endsIn(limitMs: number): Parameters<typeof timeLimit>[1] {
  return { limitMs, endsAtMs: real.now() + limitMs, signal: undefined, limitName: 'testTimeout' };
}

/** Milliseconds that are left, in tenths of a second. */
function left(untilMs: number): number {
  return Math.round((untilMs - real.now()) / 100) * 100;
}

describe('outside of any test', () => {
  test('an exploration should end by itself, and say how to give it more', () => {
    vi.stubEnv(SECONDS_VARIABLE, '');
    const { untilMs, ended } = timeLimit(undefined, undefined);
    expect(left(untilMs)).toBe(DEFAULT_SECONDS * 1000);
    expect(ended).toBe(
      'the 60 s were over that it may take where nobody says more (seconds, or RACE_LAB_SECONDS)',
    );
  });

  test('the variable should say how long that is', () => {
    vi.stubEnv(SECONDS_VARIABLE, '300');
    expect(left(timeLimit(undefined, undefined).untilMs)).toBe(300_000);
    vi.stubEnv(SECONDS_VARIABLE, 'none');
    expect(timeLimit(undefined, undefined).untilMs).toBe(Infinity);
    for (const wrong of ['0', '-1', 'ten', 'Infinity', '1e999']) {
      vi.stubEnv(SECONDS_VARIABLE, wrong);
      expect(() => timeLimit(undefined, undefined)).toThrow(`RACE_LAB_SECONDS is "${wrong}": give a number`);
    }
  });

  test('what somebody asked for should count, and need no excuse', () => {
    const { untilMs, ended } = timeLimit(7, undefined);
    expect([left(untilMs), ended]).toEqual([7000, undefined]);
    expect(timeLimit(Infinity, undefined).untilMs).toBe(Infinity);
  });
});

describe('in a test', () => {
  test.each([
    [300_000, 290_000],
    [60_000, 50_000],
    [5000, 4000],
    [1000, 500],
    [200, 100],
  ])('of %i ms it should end after %i', (limitMs, untilMs) => {
    const limit = timeLimit(undefined, endsIn(limitMs));
    expect(left(limit.untilMs)).toBe(untilMs);
    // Something is left for the report.
    expect(limit.reportedByMs - limit.untilMs).toBeCloseTo((limitMs - untilMs) * 0.75, -1);
    expect(limit.ended).toBe(
      `the ${limitMs / 1000} s that this test may take were nearly over (more: testTimeout)`,
    );
  });

  test('whatever ends first should count', () => {
    expect(left(timeLimit(7, endsIn(60_000)).untilMs)).toBe(7000);
    expect(timeLimit(7, endsIn(60_000)).ended).toBeUndefined();
    expect(left(timeLimit(70, endsIn(60_000)).untilMs)).toBe(50_000);
    expect(timeLimit(70, endsIn(60_000)).ended).toMatch('the 60 s that this test may take');
  });

  test('without a limit it should be as outside', () => {
    vi.stubEnv(SECONDS_VARIABLE, '30');
    expect(left(timeLimit(undefined, endsIn(Infinity)).untilMs)).toBe(30_000);
    // But what a project gives its tests is nobody's to shorten.
    expect(left(timeLimit(undefined, endsIn(120_000)).untilMs)).toBe(110_000);
  });
});
