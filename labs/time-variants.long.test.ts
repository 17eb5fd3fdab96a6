/** Variants in which time decides hold also where the server's deadlines are moved, instead of its clock. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { explore, startServer, type RedisServer } from '../harness/index.js';
import { asExpected } from '../harness/lab.js';
import { Environment } from '../harness/execution/host/environment.js';
import { isLong, TIME_VARIANTS } from '../test/support/lab-variants.js';

let server: RedisServer;
let environment: Environment;
beforeAll(async () => {
  server = await startServer({ clock: 'ttl-shift' });
  environment = await Environment.open(server);
});
afterAll(async () => {
  environment.close();
  await server.stop();
});

test.each(TIME_VARIANTS.filter(isLong))('$variant.name should hold', async ({ variant }) => {
  expect(server.clockMode).toBe('ttl-shift');
  const verdict = await explore(variant.scenario, { session: environment });
  expect(asExpected(verdict, variant.expect), verdict.message).toBe(true);
});
