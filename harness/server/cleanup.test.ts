import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askEngine, findEngine } from './engine.js';
import { sleep } from './sleep.js';
import type { RedisServer } from './types.js';

const INDEX = new URL('./index.ts', import.meta.url).href;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A process of its own, and process group of its own, that starts a server, says so on a line, and then does `after`. */
function startHolder(redis: string, after: string): { child: ChildProcess; server: Promise<RedisServer> } {
  const script = `
    import { startServer } from ${JSON.stringify(INDEX)};
    console.log('starting');
    const server = await startServer({ redis: ${JSON.stringify(redis)} });
    console.log(JSON.stringify(server));
    ${after}`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
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

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // Killed, but not yet collected by the process that adopted it.
    return !existsSync('/proc') || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function childrenOf(pid: number): number[] {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return ids.filter((id) => parentOf(id) === pid).map(Number);
}

function parentOf(id: string): number | undefined {
  try {
    return Number(/\) \w (\d+)/.exec(readFileSync(`/proc/${id}/stat`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

function directoryOf(server: RedisServer): string {
  if (!('path' in server.endpoint)) throw new Error('expected a unix socket');
  const folder = dirname(server.endpoint.path);
  return server.source === 'container' ? dirname(folder) : folder;
}

async function containersOf(child: ChildProcess): Promise<string[]> {
  const filters = encodeURIComponent(JSON.stringify({ name: [`race-lab-${child.pid}-`] }));
  const { body } = await askEngine(
    await findEngine(),
    'GET',
    `/containers/json?all=1&filters=${filters}`,
    5_000,
  );
  return (JSON.parse(body) as { Id: string }[]).map((container) => container.Id);
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
  it.each(WAYS)('%s', async (_, after, end) => {
    const { child, server } = startHolder('process', after);
    const { pid, ...rest } = await server;
    if (after === STAY) expect(alive(pid!)).toBe(true);
    end(child);
    await ended(child);
    await expect.poll(() => alive(pid!), { timeout: 5_000 }).toBe(false);
    await expect.poll(() => existsSync(directoryOf(rest)), { timeout: 5_000 }).toBe(false);
  });
});

describe('the reaper', () => {
  it.skipIf(!existsSync('/proc'))('is replaced when somebody kills it', { timeout: 20_000 }, async () => {
    const { child, server } = startHolder('process', STAY);
    const { pid } = await server;
    const reapers = (): number[] => childrenOf(child.pid!).filter((id) => id !== pid);
    const [first] = reapers();
    process.kill(first!, 'SIGKILL');
    await expect.poll(() => reapers().filter((id) => id !== first && alive(id))).toHaveLength(1);
    child.kill('SIGKILL');
    await expect.poll(() => alive(pid!), { timeout: 5_000 }).toBe(false);
  });
});

describe('a server container is gone after', () => {
  const required = process.env['RACE_LAB_REQUIRE_CONTAINERS'] === '1';
  beforeEach(async ({ skip }) => {
    const reason = await findEngine().then(
      () => undefined,
      (error: Error) => error.message,
    );
    skip(reason !== undefined && !required, reason);
  });

  it.each(WAYS)('%s', { timeout: 30_000 }, async (_, after, end) => {
    const { child, server } = startHolder('container', after);
    const started = await server;
    if (after === STAY) expect(await containersOf(child)).toHaveLength(1);
    end(child);
    await ended(child);
    await expect.poll(() => containersOf(child), { timeout: 10_000 }).toEqual([]);
    await expect.poll(() => existsSync(directoryOf(started)), { timeout: 5_000 }).toBe(false);
  });

  it('kill -9 in the middle of starting', { timeout: 60_000 }, async () => {
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
    for (const child of killed) await expect.poll(() => containersOf(child), { timeout: 12_000 }).toEqual([]);
  });
});
