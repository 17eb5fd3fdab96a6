/** What nobody can undo is not sent to a server that is somebody else's. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lender, stateOf, type Lender } from '../execution/testing/lender.js';
import { scenario } from '../scenario/scenario.js';
import type { WorkerContext } from '../scenario/types.js';
import { startServer, type RedisServer } from '../server/index.js';
import { explore } from './explore.js';

let lent: Lender;
let before: unknown;
let server: RedisServer;
beforeAll(async () => {
  lent = await lender();
  // While the lab works there, a look from elsewhere would count as somebody else's.
  before = await stateOf(lent);
  server = await startServer({ redis: `redis://127.0.0.1:${lent.port}` });
});
afterAll(() => lent.server.stop());

const COMMANDS: readonly string[][] = [
  ['DEBUG', 'SEGFAULT'],
  ['debug', 'reload'],
  ['MODULE', 'LOAD', '/tmp/no.so'],
  ['CLUSTER', 'RESET'],
  ['CLUSTER', 'ADDSLOTSRANGE', '0', '5'],
  ['CONFIG', 'REWRITE'],
  ['ACL', 'SAVE'],
  ['SAVE'],
  ['BGREWRITEAOF'],
  ['SHUTDOWN', 'NOSAVE'],
];

test.each(COMMANDS.map((command) => [command] as const))('%s of a worker', async (command) => {
  const [name = '', ...args] = command;
  const workers = ({ redis }: WorkerContext): Promise<unknown> => redis.call(name, args);
  const cast = scenario({ name: 'lasting', workers, invariants: [], mayNotRace: true });
  const verdict = await explore(cast, { server, strategy: 'exhaustive' });
  expect(verdict.kind).toBe('error');
  expect(verdict.message).toContain(name.toUpperCase());
  expect(verdict.message).toMatch(/nothing undoes it on a server that was given by its address|would stop/);
});

test('of the setup it is not sent, either', async () => {
  const cast = scenario({
    name: 'lasting',
    setup: ({ redis }) => redis.call('DEBUG', ['SEGFAULT']),
    workers: ({ redis }) => redis.get('x'),
    invariants: [],
    mayNotRace: true,
  });
  await expect(explore(cast, { server })).resolves.toMatchObject({
    kind: 'error',
    message: expect.stringContaining('DEBUG SEGFAULT was not sent') as string,
  });
});

test('what only looks is', async () => {
  const cast = scenario({
    name: 'looks',
    workers: async ({ redis }) => {
      await redis.config('GET', 'maxmemory');
      await redis.call('CLUSTER', ['INFO']).catch(() => {});
    },
    invariants: [],
    mayNotRace: true,
  });
  expect(await explore(cast, { server })).toMatchObject({ kind: 'holds' });
});

test('so the server is as it was', async () => {
  await server.stop();
  expect(await stateOf(lent)).toEqual(before);
});
