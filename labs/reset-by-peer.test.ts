/** Lab 08: where the reset comes, and the same code over real sockets, with a real RST from something in between. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { Client } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readRecord } from '../harness/record/read.js';
import { renderFailure, startServer, type RedisServer } from '../harness/index.js';
import { api, DONE, type Writes } from './08-reset-by-peer/api.js';
import { sender, sequence, type Policy } from './08-reset-by-peer/client.js';
import * as keyInScript from './08-reset-by-peer/variants/key-in-script.js';
import * as plain from './08-reset-by-peer/variants/plain.js';
import { retrySix } from './08-reset-by-peer/variants/retry-six.js';

const LESSON = readFileSync(new URL('08-reset-by-peer/README.md', import.meta.url), 'utf8');
const REPORTS = fileURLToPath(new URL('../reports', import.meta.url));

describe('where the reset comes', () => {
  /** The last request before it that the API was sent, and what the client read instead of an answer. */
  async function placeOf(variant: string): Promise<string> {
    const { steps } = await readRecord(join(REPORTS, `08-reset-by-peer--${variant}.json`));
    const answers = steps
      .filter(({ text }) => /^\d{3} to /.test(text ?? ''))
      .map(({ text }) => text!.slice(4));
    const broken = steps.flatMap(({ notes = [] }) => notes).find((note) => note.startsWith('w1 ended'));
    return `${answers.length} answers, the last one ${answers.at(-1)}; ${broken}`;
  }

  test('it moves with the pause', async () => {
    expect(await placeOf('idle')).toBe(
      '2 answers, the last one to GET /items/1 arrives; w1 ended with Error: read ECONNRESET',
    );
    expect(await placeOf('idle-moved')).toBe(
      '3 answers, the last one to PUT /items/1 arrives; w1 ended with Error: read ECONNRESET',
    );
  });
});

test.each(['unhandled', 'idle', 'retry-six-twice', 'key-looked-up'])(
  'the lesson shows %s as it was found',
  async (variant) => {
    const record = await readRecord(join(REPORTS, `08-reset-by-peer--${variant}.json`));
    const [sentence, , table] = renderFailure(record, { columns: 120 }).trim().split('\n\n');
    expect(LESSON).toContain(
      `npm run lab -- 08/${variant} -v\n\`\`\`\n\n\`\`\`\n${sentence}\n\n${table}\n\`\`\``,
    );
  },
);

describe('over real sockets', () => {
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    server = await startServer();
    const { endpoint } = server;
    redis = new Redis(
      'path' in endpoint ? { path: endpoint.path } : { host: endpoint.host, port: endpoint.port },
    );
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });
  beforeEach(() => redis.flushall());

  /** Stands between client and server, and answers the first response by RST, in both directions. */
  function resetting(port: number): Server {
    let struck = false;
    const middle = createServer((client) => {
      const behind = connect(port, '127.0.0.1');
      for (const socket of [client, behind]) socket.on('error', () => {});
      client.on('data', (bytes) => behind.write(bytes));
      client.on('close', () => behind.destroy());
      behind.on('close', () => client.destroy());
      behind.on('data', (bytes) => {
        if (struck) client.write(bytes);
        else for (const socket of [client, behind]) socket.resetAndDestroy();
        struck = true;
      });
    });
    return middle.listen(0, '127.0.0.1');
  }

  /** Runs the sequence through it. @returns what became of it, and how often each thing was done */
  async function run(writes: Writes, policy: Policy): Promise<{ outcome: string; done: string[] }> {
    const listening = api(redis, writes).listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const middle = resetting((listening.address() as AddressInfo).port);
    await once(middle, 'listening');
    const client = new Client(`http://127.0.0.1:${(middle.address() as AddressInfo).port}`);
    const outcome = await sequence(policy(sender(client, ({ name }) => name))).then(
      () => 'done',
      (error: NodeJS.ErrnoException) => `${error.code}: ${error.message}`,
    );
    await client.destroy();
    middle.close();
    listening.close();
    return { outcome, done: await redis.lrange(DONE, 0, -1) };
  }

  test('a reset that nobody handles ends the sequence, although the item is there', async () => {
    const { outcome, done } = await run(plain, (send) => send);
    expect(outcome).toBe('ECONNRESET: read ECONNRESET');
    expect(done).toEqual(['create lamp']);
  });

  test('retries make it come to its end, and create the item twice', async () => {
    const tries: number[] = [];
    const { outcome, done } = await run(
      plain,
      retrySix((count) => tries.push(count)),
    );
    expect(outcome).toBe('done');
    expect(tries).toEqual([2, 1, 1, 1]);
    expect(done).toEqual(['create lamp', 'create lamp', 'update 2', 'delete 2']);
  });

  test('with idempotency keys in Redis it is done once', async () => {
    const tries: number[] = [];
    const { outcome, done } = await run(
      keyInScript,
      retrySix((count) => tries.push(count)),
    );
    expect(outcome).toBe('done');
    expect(tries).toEqual([2, 1, 1, 1]);
    expect(done).toEqual(['create lamp', 'update 1', 'delete 1']);
  });
});
