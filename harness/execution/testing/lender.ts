import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import { startServer, type RedisServer } from '../../server/index.js';
import { Probe } from '../../server/probe/probe.js';
import { compiledUrl } from '../../server/testing/compiled.js';
import { freePort } from '../../server/testing/free-port.js';
import { ROOT, scriptArguments } from '../../server/testing/script.js';

/** Somebody else's Redis: a server with a port, that nothing but its own socket is used to look at. */
export interface Lender {
  readonly server: RedisServer;
  readonly port: number;
}

/** Starts one. */
export async function lender(): Promise<Lender> {
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1'];
  return { server: await startServer({ redis: 'process', clock: 'real', args }), port };
}

/** Everything about it that the lab, or a fault, could leave behind. @throws Error while it does not answer all */
export async function stateOf({ server }: Lender): Promise<unknown> {
  const probe = await Probe.connect(server.endpoint);
  try {
    const asked = [['ACL', 'LIST'], ['ROLE'], ['DBSIZE'], ['INFO', 'keyspace'], ['FUNCTION', 'LIST']];
    const state: unknown[] = [];
    for (const command of asked) state.push(await probe.ask(...command));
    const settings = (await probe.ask('CONFIG', 'GET', '*')) as string[];
    // A write waits while writes are paused.
    await probe.ask('DEL', 'nothing');
    return [
      ...state,
      settings.flatMap((name, at) => (at % 2 === 0 ? [`${name} ${settings[at + 1]}`] : [])).sort(),
    ];
  } finally {
    probe.close();
  }
}

/** Explores faults of the server for ever, one after the other, and says when it begins. */
function script({ port }: Lender, kinds: readonly string[], offset: number): string {
  const room = (file: string): string => JSON.stringify(compiledUrl(file));
  return `
    import { explore, scenario, startServer } from ${room('harness/index.ts')};
    const server = await startServer({ redis: 'redis://127.0.0.1:${port}' });
    const kinds = ${JSON.stringify(kinds)};
    for (let at = ${offset}; ; at++) {
      const kind = kinds[at % kinds.length];
      const cast = scenario({
        name: kind,
        workers: async ({ redis }) => {
          redis.on('error', () => {});
          for (let round = 0; round < 3; round++) await redis.set('k' + round, 1).catch(() => {});
        },
        invariants: [],
        workersMayFail: true,
        client: 'single-shot',
        faults: { kinds: [kind] },
      });
      const verdict = await explore(cast, { server, runs: 30, strategy: 'random' });
      if (verdict.kind === 'error') throw new Error(verdict.message);
      console.log('explored ' + kind);
    }`;
}

/**
 * Kills a lab with -9 in the middle of faults of a server that was lent, and expects the server as it was.
 *
 * @param at - fraction, 0 to 1, of the time that a kill may come after the first exploration
 */
export async function killedInTheMiddle(lent: Lender, kinds: readonly string[], at: number): Promise<void> {
  const before = await stateOf(lent);
  const offset = Math.floor(at * 1000) % kinds.length;
  const child = spawn(process.execPath, scriptArguments(script(lent, kinds, offset)), {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  const begun = await new Promise<boolean>((resolve) => {
    createInterface({ input: child.stdout }).once('line', () => resolve(true));
    child.once('exit', () => resolve(false));
  });
  expect(begun, said).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, at * 1000));
  expect(child.exitCode, said).toBeNull();
  child.kill('SIGKILL');
  // Nothing but the test's own limit ends this.
  for (;;) {
    const now = await stateOf(lent).catch((error: Error) => error.message);
    if (JSON.stringify(now) === JSON.stringify(before)) break;

    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
