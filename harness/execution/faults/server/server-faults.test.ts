import { inspect } from 'node:util';
import { createClient } from '@redis/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findEngine } from '../../../server/engine/find-engine.js';
import { startServer, type RedisServer } from '../../../server/index.js';
import { CONTAINERS_REQUIRED } from '../../../server/testing/containers.js';
import { scenario } from '../../../scenario/scenario.js';
import type { ClientProfile, WorkerBody } from '../../../scenario/types.js';
import type { AimedFault } from '../../../faults/spec.js';
import { SERVER_FAULT_KINDS, type ServerFaultKind } from '../../../faults/server-fault.js';
import { decodeReply } from '../../../wire/resp.js';
import { Environment } from '../../host/environment.js';
import { execute, type ExecutionResult } from '../../execution.js';
import { commandText } from '../../steps/step.js';
import type { Chooser } from '../../steps/decision.js';

const SCRIPT = 'return 7';
const SCRIPT_DIGEST = '59b6ab2fbe0ee4b25733de0f62e6cda4899ef8e9';

const NEEDS_FROZEN_CLOCK: readonly ServerFaultKind[] = ['server-loading', 'server-pause'];

/** Each strikes at the first command, and is over as soon as nobody can go on, unless it says more here. */
const DETAILS: Partial<Record<ServerFaultKind, object>> = {
  'server-accept-queue': { at: { reconnect: 0 }, lasts: 4 },
  'server-unblock': { at: { command: 'BLPOP' } },
  'server-idle-close': { at: { command: 'PTTL' } },
  'server-execabort': { at: { command: 'INCR' } },
  'server-noscript': { at: { nth: 3 } },
  'server-noauth': { lasts: 4 },
  'server-maxclients': { lasts: 4 },
  'server-restart': { lasts: 4 },
  'server-loading': { lasts: 4 },
  'server-stall': { lasts: 4 },
};

/** What is the last command of a round there. */
const NODE_REDIS_DETAILS: Partial<Record<ServerFaultKind, object>> = {
  'server-idle-close': { at: { command: 'EVALSHA' } },
};

/** Ways to configure a client that tell more of a fault than the two usual ones. */
const PROFILES: Partial<Record<ServerFaultKind, readonly ClientProfile[]>> = {
  'server-readonly': ['defaults', { reconnectOnError: () => 2 }],
  'server-noauth': ['defaults', 'single-shot', { password: 'old' }],
  'server-accept-queue': [
    'defaults',
    { connectTimeout: 300 },
    { connectTimeout: 300, retryStrategy: () => null },
  ],
  'server-pause': ['defaults', { commandTimeout: 300 }, { socketTimeout: 300 }],
  'server-reply-off': ['defaults', { commandTimeout: 300 }, { socketTimeout: 300 }],
  'server-stall': ['defaults', { commandTimeout: 300 }, { socketTimeout: 300 }],
};

/** What a client does first that a fault needs which does not strike at plain commands. */
const BEFORE: Partial<Record<ServerFaultKind, (redis: Commands) => Promise<unknown>>> = {
  'server-unblock': (redis) => redis.blpop('q', 5),
  'server-execabort': (redis) => redis.transaction(),
};

/** What every client can do, by its own means. */
interface Commands {
  blpop(key: string, seconds: number): Promise<unknown>;
  /** MULTI, SET k 7, INCR k, EXEC */
  transaction(): Promise<unknown>;
}

/** Calm, but for one fault as early as it is possible. */
function striking(): Chooser {
  let struck = false;
  return {
    choose: ({ faults }) => {
      if (struck || faults.length === 0) return 0;
      struck = true;
      return -1;
    },
  };
}

type Before = (typeof BEFORE)[ServerFaultKind];

async function told(log: string[], what: string, command: () => Promise<unknown>): Promise<void> {
  try {
    log.push(`${what} → ${JSON.stringify(await command())}`);
  } catch (error) {
    log.push(`${what} → ${shown(error as Error)}`);
  }
}

function shown(error: Error): string {
  const { code, errno, syscall } = error as NodeJS.ErrnoException;
  const details = Object.entries({ code, errno, syscall }).filter(([, value]) => value !== undefined);
  return [`${error.name}: ${error.message}`, ...details.map(([name, value]) => `${name} ${value}`)].join(
    ', ',
  );
}

/** A client that writes, reads and runs a script, waits, and does so again; and everything that it notices. */
function witness(log: string[], before: Before): WorkerBody {
  return async ({ redis, sleep }) => {
    for (const event of ['error', 'close', 'reconnecting', 'end', 'ready'] as const) {
      redis.on(event, (value?: unknown) =>
        log.push(`  event ${event}${value instanceof Error ? ` ${shown(value)}` : ''}`),
      );
    }
    const commands: Commands = {
      blpop: (key, seconds) => redis.blpop(key, seconds),
      transaction: () => redis.multi().set('k', 7).incr('k').exec(),
    };
    if (before !== undefined) await told(log, 'before', () => before(commands));
    for (const round of [1, 2]) {
      await told(log, `SET k ${round}`, () => redis.set('k', round));
      await told(log, 'GET k', () => redis.get('k'));
      await told(log, 'EVALSHA', () => redis.evalsha(SCRIPT_DIGEST, 0));
      await told(log, 'PTTL lease', () => redis.pttl('lease'));
      await sleep(1000);
    }
  };
}

/** The same through the socket hook, with the other well-known client. */
function nodeRedisWitness(log: string[], before: Before): WorkerBody {
  return async ({ url, sleep }) => {
    const client = createClient({ url });
    for (const event of ['error', 'reconnecting', 'end', 'ready'] as const) {
      client.on(event, (value?: unknown) =>
        log.push(`  event ${event}${value instanceof Error ? ` ${shown(value)}` : ''}`),
      );
    }
    await client.connect();
    const commands: Commands = {
      blpop: (key, seconds) => client.blPop(key, seconds),
      transaction: () => client.multi().set('k', 7).incr('k').exec(),
    };
    if (before !== undefined) await told(log, 'before', () => before(commands));
    for (const round of [1, 2]) {
      await told(log, `SET k ${round}`, () => client.set('k', round));
      await told(log, 'GET k', () => client.get('k'));
      await told(log, 'EVALSHA', () => client.evalSha(SCRIPT_DIGEST));
      await sleep(1000);
    }
    client.destroy();
  };
}

function steps({ steps }: ExecutionResult): string[] {
  return steps.map((step) => {
    const reply = step.reply === undefined ? '' : ` -> ${JSON.stringify(decodeReply(step.reply))}`;
    const fault = step.fault === undefined ? '' : ` [${step.fault}]`;
    const notes = step.notes.map((note) => `\n     ${note}`).join('');
    return `w${step.worker} ${step.text ?? commandText(step.args!).join(' ')}${fault}${reply}${notes}`;
  });
}

/** What a client of this profile sees of a fault, what happened, and what the store holds afterwards. */
async function seen(
  environment: Environment,
  fault: AimedFault,
  client: ClientProfile,
  witnessed = witness,
): Promise<string> {
  const log: string[] = [];
  let over: number | undefined;
  const cast = scenario({
    name: 'witness',
    setup: async ({ redis }) => {
      await redis.set('k', 0);
      await redis.set('lease', 'mine', 'PX', 1500);
      await redis.script('LOAD', SCRIPT);
    },
    workers: witnessed(log, BEFORE[fault.kind as ServerFaultKind]),
    workerCount: 1,
    client,
    invariants: [
      {
        id: 'look',
        check: async ({ redis }) => {
          log.push(`in the store: k = ${JSON.stringify(await redis.get('k'))}`);
          over = log.length;
        },
      },
    ],
    faults: { kinds: [fault] },
    maxSteps: 60,
  });
  const result = await execute(environment, cast, { chooser: striking(), seed: 1 });
  const end = result.capped ?? result.finding?.observed ?? 'settled';
  return [
    `== client: ${inspect(client)}`,
    ...log.slice(0, over),
    `end: ${end}`,
    '-- steps',
    ...steps(result),
  ].join('\n');
}

describe.each([
  ['a process', 'process', 'auto'],
  ['a container', 'container', 'auto'],
  ['a process whose deadlines are shifted', 'process', 'ttl-shift'],
] as const)('on %s', { timeout: 120_000 }, (_place, redis, clock) => {
  let server: RedisServer | undefined;
  let environment: Environment;
  let reason = '';
  beforeAll(async () => {
    try {
      if (redis === 'container') await findEngine();
      server = await startServer({ redis, clock });
      environment = await Environment.open(server);
    } catch (error) {
      reason = (error as Error).message;
      if (redis === 'process' || CONTAINERS_REQUIRED) throw error;
    }
  }, 120_000);
  afterAll(async () => {
    environment?.close();
    await server?.stop();
  });

  test.for(SERVER_FAULT_KINDS)('%s should show a client what a real server shows', async (kind, { skip }) => {
    skip(reason !== '', reason);
    skip(NEEDS_FROZEN_CLOCK.includes(kind) && clock === 'ttl-shift', 'it needs the frozen clock');
    const fault = { kind, at: { nth: 1 }, ...DETAILS[kind] } as AimedFault;
    const views: string[] = [];
    for (const client of PROFILES[kind] ?? (['defaults', 'single-shot'] as const)) {
      const first = await seen(environment, fault, client);
      expect(await seen(environment, fault, client)).toBe(first);
      views.push(first);
    }
    await expect(`${views.join('\n\n')}\n`).toMatchFileSnapshot(`golden/${kind}.txt`);
  });

  // One place is enough to see what another client makes of it.
  const asked = redis === 'process' && clock === 'auto' ? SERVER_FAULT_KINDS : [];
  test.for(asked)('%s should show node-redis the same', async (kind) => {
    const fault = { kind, at: { nth: 1 }, ...DETAILS[kind], ...NODE_REDIS_DETAILS[kind] } as AimedFault;
    const first = await seen(environment, fault, 'defaults', nodeRedisWitness);
    expect(await seen(environment, fault, 'defaults', nodeRedisWitness)).toBe(first);
    await expect(`${first}\n`).toMatchFileSnapshot(`golden/node-redis-6/${kind}.txt`);
  });
});
