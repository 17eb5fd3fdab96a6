import { afterAll, beforeAll, expect, test } from 'vitest';
import { Environment } from '../../execution/host/environment.js';
import { sharedServer } from '../../server/index.js';
import { checkConcurrent, seesEveryEnd, type ConcurrentAction } from '../testing/concurrent-programs.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

test('Exhaustive should see every end of programs with several connections, timers, subscriptions, leases and polls', () =>
  checkConcurrent(environment, 3, 1));

test('Exhaustive should see that a timer which is left behind fires as long as somebody else runs', async () => {
  const workers: ConcurrentAction[][] = [
    [
      { what: 'incr', key: 'b' },
      { what: 'get', key: 'a' },
    ],
    [
      { what: 'publish', key: 'b' },
      { what: 'beat', key: 'a' },
    ],
  ];
  expect(await seesEveryEnd(environment, { workers })).toBe(true);
});

test('Exhaustive should not look for a timer before the step that sets it, though another one makes it early', async () => {
  const workers: ConcurrentAction[][] = [
    [{ what: 'publish', key: 'a' }],
    [
      { what: 'subscribe', key: 'b' },
      { what: 'lease', key: 'b' },
      { what: 'sleep', key: 'a' },
    ],
  ];
  expect(await seesEveryEnd(environment, { workers })).toBe(true);
});

test('Exhaustive should see what a timer that is left behind does before a fault ends the last worker', async () => {
  const workers: ConcurrentAction[][] = [
    [
      { what: 'lease', key: 'a' },
      { what: 'incr', key: 'a' },
    ],
    [{ what: 'soon', key: 'a' }],
  ];
  expect(await seesEveryEnd(environment, { workers, fault: 'error-reply' })).toBe(true);
});
