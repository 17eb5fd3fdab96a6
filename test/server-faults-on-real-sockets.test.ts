/** What clients see of a fault of the server is the same through the gate and through the kernel's sockets. */
import { createClient } from '@redis/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../harness/execution/host/environment.js';
import { execute } from '../harness/execution/execution.js';
import type { Transport, WorkerContext } from '../harness/scenario/types.js';
import { startServer, type RedisServer } from '../harness/server/index.js';
import type { AimedFault } from '../harness/faults/spec.js';
import { SERVER_FAULT_KINDS, type ServerFaultKind } from '../harness/faults/server-fault.js';
import { lines, race } from './support/executions.js';
import { describeError, PATIENT_IOREDIS } from './support/observed-clients.js';

let server: RedisServer;
let environment: Environment;
beforeAll(async () => {
  server = await startServer({ redis: 'process' });
  environment = await Environment.open(server);
});
afterAll(async () => {
  environment.close();
  await server.stop();
});

/** The first INCR, unless a fault needs something else. */
const AIMS: Partial<Record<ServerFaultKind, object>> = {
  'server-accept-queue': { at: { reconnect: 0 }, lasts: 3 },
  'server-noscript': { at: { command: 'EVALSHA' } },
  'server-unblock': { at: { command: 'BLPOP' } },
  'server-execabort': { at: { command: 'SET' } },
};

type Log = (line: string) => void;

/** What any client is asked to do. */
interface Commands {
  incr(): Promise<unknown>;
  evalsha(): Promise<unknown>;
  blpop(): Promise<unknown>;
  transaction(): Promise<unknown>;
}

const DIGEST = '59b6ab2fbe0ee4b25733de0f62e6cda4899ef8e9';

async function converse({ sleep }: WorkerContext, commands: Commands, log: Log): Promise<void> {
  for (const name of ['incr', 'incr', 'evalsha', 'blpop', 'transaction', 'incr'] as const) {
    try {
      log(`${name} replied ${JSON.stringify(await commands[name]())}`);
    } catch (error) {
      log(`${name} rejected ${describeError(error)}`);
    }
    if (name === 'incr') await sleep(20);
  }
}

const CLIENTS: Readonly<Record<string, (context: WorkerContext, log: Log, port?: number) => Promise<void>>> =
  {
    ioredis: async (context, log) => {
      const { redis } = context;
      for (const event of ['close', 'reconnecting', 'end']) redis.on(event, () => log(event));
      redis.on('error', (error) => log(`error ${describeError(error)}`));
      const commands: Commands = {
        incr: () => redis.incr('count'),
        evalsha: () => redis.evalsha(DIGEST, 0),
        blpop: () => redis.blpop('q', 0.2),
        transaction: () => redis.multi().set('count', 7).incr('count').exec(),
      };
      await converse(context, commands, log);
    },
    'node-redis 6': async (context, log, port) => {
      const options = { connectTimeout: 300, socketTimeout: 300 };
      const client = createClient(
        port === undefined
          ? { url: context.url, socket: options }
          : { socket: { host: '127.0.0.1', port, ...options } },
      );
      for (const event of ['reconnecting', 'end']) client.on(event, () => log(event));
      client.on('error', (error) => log(`error ${describeError(error)}`));
      await client.connect();
      const commands: Commands = {
        incr: () => client.incr('count'),
        evalsha: () => client.evalSha(DIGEST),
        blpop: () => client.blPop('q', 0.2),
        transaction: () => client.multi().set('count', '7').incr('count').exec(),
      };
      await converse(context, commands, log);
      client.destroy();
    },
  };

/** What a client sees of one fault through one way in, then the steps. */
async function seen(name: string, transport: Transport, kind: ServerFaultKind): Promise<string[]> {
  const log: string[] = [];
  const fault = { kind, at: { command: 'INCR' }, ...AIMS[kind] } as AimedFault;
  const cast = race(
    async (context) => {
      const port = transport === 'tcp' && name !== 'ioredis' ? await context.tcpPort() : undefined;
      const { signal } = context;
      await CLIENTS[name]!(context, (line) => void (signal.aborted || log.push(line)), port);
    },
    {
      transport,
      setup: ({ redis }) => redis.script('LOAD', 'return 7'),
      client: { ...PATIENT_IOREDIS, connectTimeout: 300 },
      faults: { kinds: [fault] },
    },
  );
  let struck = false;
  const choose = ({ faults }: { faults: readonly unknown[] }): number => {
    if (struck || faults.length === 0) return 0;
    struck = true;
    return -1;
  };
  const result = await execute(environment, cast, { chooser: { choose }, seed: 1 });
  expect(struck).toBe(true);
  expect(result.bestEffort).toBe(false);
  return [...log, ...lines(result), result.finding?.observed ?? 'nothing wrong'];
}

describe.each(Object.keys(CLIENTS))('%s', (name) => {
  test.each(SERVER_FAULT_KINDS)('should see of %s what the kernel shows', async (kind) => {
    const real = await seen(name, 'tcp', kind);
    expect(await seen(name, 'hook', kind)).toEqual(real);
    if (name === 'ioredis') expect(await seen(name, 'connector', kind)).toEqual(real);
  });
});
