import { afterAll, beforeAll, test } from 'vitest';
import { Environment } from '../../execution/host/environment.js';
import { sharedServer } from '../../server/index.js';
import { checkConcurrent, checkStruck } from '../testing/concurrent-programs.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

test('Exhaustive should see every end of 1,000 programs with several connections, timers, subscriptions, leases, polls and background', () =>
  checkConcurrent(environment, 1_000, 2));

test('Exhaustive should see every end of 150 programs with several connections, sleep, subscriptions, leases and a fault', () =>
  checkStruck(environment, 150, 2));
