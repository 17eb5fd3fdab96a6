import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { explore, scenario, startServer, type RedisServer, type Verdict } from '../harness/index.js';
import { Environment } from '../harness/execution/host/environment.js';
import { askEngine } from '../harness/server/engine/ask-engine.js';
import { containersOf, engineOrSkip } from '../harness/server/testing/containers.js';
import { isAlive } from '../harness/server/testing/processes.js';

/** More than anybody waits for: only the loss of the server ends it. */
const counting = scenario({
  name: 'counting',
  workers: async ({ redis }) => {
    await redis.incr('count');
    await redis.incr('count');
  },
  invariants: [],
  maxSteps: 50,
});

/** Explores until the server is lost, which happens as soon as exploring has begun. */
async function exploreUntilLost(server: RedisServer, lose: () => Promise<unknown>): Promise<Verdict> {
  const environment = await Environment.open(server);
  let losing: Promise<unknown> | undefined;
  try {
    return await explore(counting, {
      session: environment,
      strategy: 'random',
      runs: 10_000_000,
      onProgress: () => {
        losing ??= lose();
      },
    });
  } finally {
    environment.close();
    await losing;
    await server.stop();
  }
}

test('a server that is killed in the middle ends the exploration with its name, and leaves nothing', async () => {
  const server = await startServer({ redis: 'process' });
  const { pid, endpoint } = server;
  const verdict = await exploreUntilLost(server, () => Promise.resolve(process.kill(pid!, 'SIGKILL')));
  expect(verdict).toMatchObject({ kind: 'error', complete: false, record: undefined });
  expect(verdict.message).toMatch(/^lost Redis: .*; the server process was killed by SIGKILL$/);
  expect(isAlive(pid!)).toBe(false);
  expect('path' in endpoint && existsSync(endpoint.path)).toBe(false);
});

test('a container that is stopped in the middle ends the exploration, and leaves nothing', async ({
  skip,
}) => {
  const engine = await engineOrSkip(skip);
  const server = await startServer({ redis: 'container' });
  const [container, ...others] = await containersOf(process.pid);
  expect(others).toEqual([]);
  const verdict = await exploreUntilLost(server, () =>
    askEngine(engine, 'POST', `/containers/${container!.Id}/stop?t=1`, 10_000),
  );
  expect(verdict).toMatchObject({ kind: 'error', complete: false, record: undefined });
  // The server ends in an orderly way (0), or is killed where it does not hear the signal (137).
  expect(verdict.message).toMatch(/^lost Redis: .*; its container ended with code (0|137 \(SIGKILL\))$/);
  expect(await containersOf(process.pid)).toEqual([]);
});
