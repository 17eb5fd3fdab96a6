import { afterEach, describe, expect, test, vi } from 'vitest';
import { real } from '../clock/globals.js';
import { noLostUpdate } from '../check/invariants.js';
import { explore } from '../explore/explore.js';
import { askForTest } from '../explore/limits/running-test.js';
import { scenario } from '../scenario/scenario.js';
import { OpenTests } from './open-tests.js';

afterEach(() => {
  askForTest(() => undefined);
  vi.restoreAllMocks();
});

const HOUR_MS = 3_600_000;

/** An hour is over. */
function jump(): void {
  const now = real.now;
  vi.spyOn(real, 'now').mockImplementation(() => now() + HOUR_MS);
}

/** More executions than anybody could wait for. */
const endless = scenario({
  name: 'endless',
  workerCount: 5,
  workers: async ({ redis, operation }) => {
    for (let n = 0; n < 8; n++) await operation('increment', () => redis.incr('c'));
  },
  invariants: [noLostUpdate({ key: 'c' })],
});

const lossy = scenario({
  name: 'lossy',
  workers: ({ redis, operation }) =>
    operation('increment', async () => redis.set('c', Number(await redis.get('c')) + 1)),
  invariants: [noLostUpdate({ key: 'c' })],
});

describe('an exploration', () => {
  test('should end before its test does, with what is known', async () => {
    const tests = new OpenTests('testTimeout', () => 0);
    tests.begin('a', HOUR_MS);
    const { kind, complete, executions, message } = await explore(endless, { onProgress: jump });
    expect([kind, complete]).toEqual(['incomplete', false]);
    expect(executions).toBeGreaterThan(0);
    expect(message).toMatch(/^\d+ executions?.*, nothing wrong.*; 5 workers, 40 commands, contested: c;/);
    expect(message).toMatch(
      '; it ended because the 3600 s that this test may take were nearly over (more: test',
    );
  });

  test('should stop when its test is over', async () => {
    const tests = new OpenTests('testTimeout', () => 0);
    tests.begin('a', 0);
    const { kind, message } = await explore(endless, { onProgress: () => tests.end('a') });
    expect([kind, message]).toEqual(['incomplete', expect.stringMatching(/^stopped after \d+ executions?$/)]);
  });

  test('should stop when the runner gives its test up', async () => {
    const runner = new AbortController();
    new OpenTests('testTimeout', () => 0).begin('a', 0, runner.signal);
    const { message } = await explore(endless, { onProgress: () => runner.abort() });
    expect(message).toMatch(/^stopped after/);
  });

  test('should not even begin for a test that is over', async () => {
    const tests = new OpenTests('testTimeout', () => 0);
    tests.begin('a', 0);
    const waits = explore(endless);
    tests.end('a');
    expect((await waits).message).toBe('stopped after 0 executions');
  });

  test('should not be stopped by the end of another test', async () => {
    const tests = new OpenTests('testTimeout', () => 0);
    tests.begin('a', 0);
    tests.begin('b', 0);
    const { kind } = await explore(lossy, { onProgress: () => tests.end('b') });
    expect(kind).toBe('breaks');
  });

  test('should end before the hook that it may run in', async () => {
    expect(new OpenTests('hookTimeout', () => HOUR_MS)).toBeDefined();
    const { message } = await explore(endless, { onProgress: jump });
    expect(message).toMatch('the 3600 s that this test may take');
  });
});
