import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sleep } from '../machine/sleep.js';
import { containersOf, engineOrSkip } from '../testing/containers.js';
import { childrenOf, isAlive } from '../testing/processes.js';
import { ROOT, SERVER_ROOM, scriptArguments } from '../testing/script.js';
import type { RedisServer } from '../types.js';

const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A process of its own, and process group of its own, that starts a server, says so on a line, and then does `after`. */
function startHolder(redis: string, after: string): { child: ChildProcess; server: Promise<RedisServer> } {
  const script = `
    import { startServer } from ${JSON.stringify(SERVER_ROOM)};
    console.log('starting');
    const server = await startServer({ redis: ${JSON.stringify(redis)} });
    console.log(JSON.stringify(server));
    ${after}`;
  const child = spawn(process.execPath, scriptArguments(script), {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  const server = new Promise<RedisServer>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) resolve(JSON.parse(line) as RedisServer);
    });
    child.once('exit', () => reject(new Error('the child ended before its server was up')));
  });
  server.catch(() => {});
  return { child, server };
}

const STAY = 'setInterval(() => {}, 1000);';

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

function directoryOf(server: RedisServer): string {
  if (!('path' in server.endpoint)) throw new Error('expected a unix socket');
  const folder = dirname(server.endpoint.path);
  return server.source === 'container' ? dirname(folder) : folder;
}

const WAYS: readonly [name: string, after: string, end: (child: ChildProcess) => void][] = [
  ['kill -9', STAY, (child) => child.kill('SIGKILL')],
  ['Ctrl-C', STAY, (child) => process.kill(-child.pid!, 'SIGINT')],
  ['SIGTERM', STAY, (child) => child.kill('SIGTERM')],
  ['SIGHUP', STAY, (child) => process.kill(-child.pid!, 'SIGHUP')],
  ['the normal end without stop()', '', () => {}],
  ['process.exit()', 'process.exit(3);', () => {}],
  ['an uncaught error', 'setTimeout(() => { throw new Error("boom"); });', () => {}],
];

describe('a server process is gone after', () => {
  test.each(WAYS)('%s', async (_, after, end) => {
    const { child, server } = startHolder('process', after);
    const { pid, ...rest } = await server;
    if (after === STAY) expect(isAlive(pid!)).toBe(true);
    end(child);
    await ended(child);
    await expect.poll(() => isAlive(pid!)).toBe(false);
    await expect.poll(() => existsSync(directoryOf(rest))).toBe(false);
  });
});

describe('the reaper', () => {
  test.skipIf(!existsSync('/proc'))(
    'should be replaced when somebody kills it',
    { timeout: 20_000 },
    async () => {
      const { child, server } = startHolder('process', STAY);
      const { pid } = await server;
      const reapers = (): number[] => childrenOf(child.pid!).filter((id) => id !== pid);
      const [first] = reapers();
      process.kill(first!, 'SIGKILL');
      await expect.poll(() => reapers().filter((id) => id !== first)).toHaveLength(1);
      child.kill('SIGKILL');
      await expect.poll(() => isAlive(pid!)).toBe(false);
    },
  );
});

describe('a server container is gone after', () => {
  beforeEach(async ({ skip }) => void (await engineOrSkip(skip)));

  test.each(WAYS)('%s', { timeout: 30_000 }, async (_, after, end) => {
    const { child, server } = startHolder('container', after);
    const started = await server;
    if (after === STAY) expect(await containersOf(child.pid!)).toHaveLength(1);
    end(child);
    await ended(child);
    await expect.poll(() => containersOf(child.pid!)).toEqual([]);
    await expect.poll(() => existsSync(directoryOf(started))).toBe(false);
  });

  test('kill -9 in the middle of starting', { timeout: 60_000 }, async () => {
    const killed: ChildProcess[] = [];
    for (const delay of [550, 700, 800, 900, 1_000]) {
      const { child } = startHolder('container', STAY);
      await new Promise<void>((resolve) =>
        createInterface({ input: child.stdout! }).once('line', () => resolve()),
      );
      await sleep(delay);
      child.kill('SIGKILL');
      await ended(child);
      killed.push(child);
    }
    // A container whose creation was under way may still appear, and then go.
    await sleep(1_000);
    for (const { pid } of killed)
      await expect.poll(() => containersOf(pid!), { timeout: 12_000 }).toEqual([]);
  });
});
