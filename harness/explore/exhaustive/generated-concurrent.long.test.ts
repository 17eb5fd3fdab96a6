import { afterAll, beforeAll, test } from 'vitest';
import { Environment } from '../../execution/host/environment.js';
import { sharedServer } from '../../server/index.js';
import { checkConcurrent } from '../testing/concurrent-programs.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

test('Exhaustive should see every end of 150 programs with several connections, timers, subscriptions, leases, polls, background and faults', () =>
  checkConcurrent(environment, 150, 2));
