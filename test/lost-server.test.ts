import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import {
  Environment,
  explore,
  scenario,
  startServer,
  type RedisServer,
  type Verdict,
} from '../harness/index.js';
import { askEngine, findEngine } from '../harness/server/engine.js';

const run = promisify(execFile);

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
      environment,
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

async function isGone(pid: number): Promise<boolean> {
  const { stdout } = await run('ps', ['-o', 'stat=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.trim() === '' || stdout.trim().startsWith('Z');
}

test('a server that is killed in the middle ends the exploration with its name, and leaves nothing', async () => {
  const server = await startServer({ redis: 'process' });
  const { pid, endpoint } = server;
  const verdict = await exploreUntilLost(server, () => Promise.resolve(process.kill(pid!, 'SIGKILL')));
  expect(verdict).toMatchObject({ kind: 'error', complete: false, record: undefined });
  expect(verdict.message).toMatch(/^lost Redis: .*; the server process was killed by SIGKILL$/);
  expect(await isGone(pid!)).toBe(true);
  expect('path' in endpoint && existsSync(endpoint.path)).toBe(false);
});

test('a container that is stopped in the middle ends the exploration, and leaves nothing', async ({
  skip,
}) => {
  const engine = await findEngine().catch((error: Error) => skip(error.message));
  const server = await startServer({ redis: 'container' });
  const filters = encodeURIComponent(JSON.stringify({ name: [`race-lab-${process.pid}-`] }));
  const own = async (): Promise<{ Id: string }[]> => {
    const { body } = await askEngine(engine, 'GET', `/containers/json?all=1&filters=${filters}`, 5000);
    return JSON.parse(body) as { Id: string }[];
  };
  const [container, ...others] = await own();
  expect(others).toEqual([]);
  const verdict = await exploreUntilLost(server, () =>
    askEngine(engine, 'POST', `/containers/${container!.Id}/stop?t=1`, 10_000),
  );
  expect(verdict).toMatchObject({ kind: 'error', complete: false, record: undefined });
  // The server ends in an orderly way (0), or is killed where it does not hear the signal (137).
  expect(verdict.message).toMatch(/^lost Redis: .*; its container ended with code (0|137)$/);
  expect(await own()).toEqual([]);
});
