/**
 * A connect that hangs at the gate shows ioredis what the kernel shows it: compared with a real server that stands
 * still, a real accept queue that is full, and real time. Only Linux drops what does not fit into the queue.
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../harness/execution/host/environment.js';
import { execute } from '../harness/execution/execution.js';
import type { Chooser } from '../harness/execution/steps/decision.js';
import type { LegacyOptions } from '../harness/scenario/types.js';
import { startServer, type RedisServer } from '../harness/server/index.js';
import { race } from './support/executions.js';
import { describeError } from './support/observed-clients.js';

/** What the kernel lets wait: one more than the server asks for. */
const BACKLOG = 2;
const WAITING = BACKLOG + 1;

let port: number;
let full: RedisServer;
const waiting: Socket[] = [];
beforeAll(async () => {
  port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--tcp-backlog', String(BACKLOG)];
  full = await startServer({ redis: 'process', args });
});
afterAll(async () => {
  for (const socket of waiting) socket.destroy();
  await full.stop();
});

/** Lets connections wait until no more fit. */
async function fill(): Promise<void> {
  for (let n = 0; n < WAITING; n++) {
    await new Promise<void>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', resolve).once('error', reject);
      waiting.push(socket);
    });
  }
}

/** What a client tells of itself until it has an answer, or none. */
async function told(redis: Redis, log: string[]): Promise<void> {
  for (const event of ['connect', 'ready', 'close', 'reconnecting', 'end'])
    redis.on(event, () => log.push(event));
  redis.on('error', (error) => log.push(`error ${describeError(error)}`));
  const reply = await redis.ping().catch(describeError);
  log.push(String(reply));
  redis.disconnect();
}

/** The same through the gate. */
async function atTheGate(client: LegacyOptions, lasts: number): Promise<string[]> {
  const log: string[] = [];
  const server = await startServer({ redis: 'process' });
  const environment = await Environment.open(server);
  try {
    const cast = race(({ redis }) => told(redis, log), {
      client,
      faults: { kinds: [{ kind: 'server-accept-queue', lasts, at: { reconnect: 0 } }] },
    });
    let struck = false;
    const choose: Chooser['choose'] = ({ faults }) => {
      const strikes = !struck && faults.length > 0;
      struck ||= strikes;
      return strikes ? -1 : 0;
    };
    await execute(environment, cast, { chooser: { choose }, seed: 1 });
  } finally {
    environment.close();
    await server.stop();
  }
  return log;
}

describe.runIf(process.platform === 'linux')('a full accept queue', () => {
  const once: LegacyOptions = { connectTimeout: 100, retryStrategy: () => null };

  test('should end a connect by the timeout of the client', async () => {
    const real: string[] = [];
    await full.power!.pause();
    try {
      await fill();
      await told(new Redis(port, once), real);
    } finally {
      await full.power!.resume();
    }
    expect(real).toContain('close');
    expect(await atTheGate(once, 9)).toEqual(real);
  });

  test('should let the connect succeed when the server goes on in time', async () => {
    const real: string[] = [];
    const patient: LegacyOptions = { ...once, connectTimeout: 30_000 };
    await full.power!.pause();
    let done: Promise<void> | undefined;
    try {
      await fill();
      done = told(new Redis(port, patient), real);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(real).toEqual([]);
    } finally {
      await full.power!.resume();
    }
    await done;
    expect(real).toContain('PONG');
    expect(await atTheGate(patient, 0)).toEqual(real);
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const listening = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = listening.address() as AddressInfo;
      listening.close(() => resolve(free));
    });
  });
}
