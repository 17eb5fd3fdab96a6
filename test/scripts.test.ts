import { createHash } from 'node:crypto';
import { createClient, defineScript } from '@redis/client';
import { createClient as createOldClient } from 'redis2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../harness/execution/host/environment.js';
import type { WorkerBody } from '../harness/scenario/types.js';
import { sharedServer } from '../harness/server/index.js';
import { lines, race, runChoices } from './support/executions.js';

const LUA = "return redis.call('INCRBY', KEYS[1], ARGV[1])";
const SHA1 = createHash('sha1').update(LUA).digest('hex');

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

/** Steps with the script and its digest by name, and errors by their code. */
function told(result: Parameters<typeof lines>[0]): string[] {
  return lines(result).map((line) =>
    line
      .replace(LUA, 'script')
      .replace(SHA1, 'digest')
      .replace(/\{"error":"(\w+).*\}/, '$1'),
  );
}

/** Another worker, which empties the cache of scripts. */
const flush: WorkerBody = ({ redis }) => redis.script('FLUSH');

describe('a script by its digest', () => {
  test('ioredis should send a defined command as a script, then by digest, then as a script again', async () => {
    const body: WorkerBody = async ({ connect }) => {
      const redis = connect({ scripts: { add: { lua: LUA, numberOfKeys: 1 } } });
      const { add } = redis as unknown as { add: (key: string, by: number) => Promise<number> };
      const replies = [];
      for (let n = 0; n < 3; n++) replies.push(await add.call(redis, 'k', 2));
      expect(replies).toEqual([2, 4, 6]);
    };
    const cast = race([body, flush]);
    const calm = ['w1 EVAL script 1 k 2 -> 2', 'w1 EVALSHA digest 1 k 2 -> 4'];
    for (let nth = 1; nth <= 3; nth++) {
      const result = await runChoices(environment, cast, [0, 0, 1]);
      expect(result.finding).toBeUndefined();
      expect(told(result)).toEqual([
        ...calm,
        'w2 SCRIPT FLUSH -> "OK"',
        'w1 EVALSHA digest 1 k 2 -> NOSCRIPT',
        'w1 EVAL script 1 k 2 -> 6',
      ]);
      // Another worker may come between the two, and nobody who wrote the call expects that.
      const between = race([body, flush, ({ redis }) => redis.set('k', 100)]);
      expect(told(await runChoices(environment, between, [0, 0, 1, 0, 1])).slice(2)).toEqual([
        'w2 SCRIPT FLUSH -> "OK"',
        'w1 EVALSHA digest 1 k 2 -> NOSCRIPT',
        'w3 SET k 100 -> "OK"',
        'w1 EVAL script 1 k 2 -> 102',
      ]);
    }
  });

  test('ioredis should send it as a script on a new connection', async () => {
    const body: WorkerBody = async ({ connect }) => {
      const redis = connect({ scripts: { add: { lua: LUA, numberOfKeys: 1 } } });
      redis.on('error', () => {});
      const { add } = redis as unknown as { add: (key: string, by: number) => Promise<number> };
      await add.call(redis, 'k', 1);
      await redis.get('k');
      await add.call(redis, 'k', 1);
    };
    const faults = { kinds: ['reset-before-send'], budget: 1 } as const;
    const result = await runChoices(environment, race(body, { faults }), [0, -1]);
    expect(told(result).filter((line) => line.includes('EVAL'))).toEqual([
      'w1 EVAL script 1 k 1 -> 1',
      'w1 EVAL script 1 k 1 -> 2',
    ]);
  });

  test('ioredis should reject a call by digest that nobody loaded', async () => {
    const outcome: string[] = [];
    const body: WorkerBody = async ({ redis }) => {
      await redis.script('LOAD', LUA);
      for (let n = 0; n < 2; n++) {
        const call = redis.evalsha(SHA1, 1, 'k', 1);
        await call
          .then(String, (error: Error) => `${error.name}: ${error.message}`)
          .then((text) => outcome.push(text));
      }
    };
    const result = await runChoices(environment, race([body, flush]), [0, 0, 1]);
    expect(outcome).toEqual(['1', expect.stringMatching(/^ReplyError: NOSCRIPT No matching script/)]);
    expect(told(result)).toEqual([
      'w1 SCRIPT LOAD script -> "digest"',
      'w1 EVALSHA digest 1 k 1 -> 1',
      'w2 SCRIPT FLUSH -> "OK"',
      'w1 EVALSHA digest 1 k 1 -> NOSCRIPT',
    ]);
  });

  test('node-redis should try the digest first, and send the script when the server has none', async () => {
    const add = defineScript({
      SCRIPT: LUA,
      NUMBER_OF_KEYS: 1,
      parseCommand: (parser, key: string, by: string) => {
        parser.pushKey(key);
        parser.push(by);
      },
      transformReply: (reply: number) => reply,
    });
    const body: WorkerBody = async ({ url }) => {
      const client = await createClient({ url, scripts: { add } }).connect();
      const replies = [];
      for (let n = 0; n < 3; n++) replies.push(await client.add('k', '2'));
      expect(replies).toEqual([2, 4, 6]);
      await expect(client.evalSha('0'.repeat(40))).rejects.toThrow(/^NOSCRIPT /);
    };
    for (let nth = 1; nth <= 3; nth++) {
      const result = await runChoices(environment, race([body, flush]), [0, 0, 0, 1]);
      expect(result.finding).toBeUndefined();
      expect(told(result)).toEqual([
        'w1 EVALSHA digest 1 k 2 -> NOSCRIPT',
        'w1 EVAL script 1 k 2 -> 2',
        'w1 EVALSHA digest 1 k 2 -> 4',
        'w2 SCRIPT FLUSH -> "OK"',
        'w1 EVALSHA digest 1 k 2 -> NOSCRIPT',
        'w1 EVAL script 1 k 2 -> 6',
        `w1 EVALSHA ${'0'.repeat(40)} 0 -> NOSCRIPT`,
      ]);
    }
  });

  test('node_redis 2 should send the script every time', async () => {
    const body: WorkerBody = async ({ address }) => {
      const client = createOldClient(address);
      const call = (): Promise<unknown> =>
        new Promise((resolve, reject) => {
          client.eval(LUA, 1, 'k', 2, (error, reply) => (error ? reject(error) : resolve(reply)));
        });
      expect([await call(), await call(), await call()]).toEqual([2, 4, 6]);
    };
    const result = await runChoices(environment, race([body, flush]), [0, 0, 1]);
    expect(result.finding).toBeUndefined();
    expect(told(result)).toEqual([
      'w1 EVAL script 1 k 2 -> 2',
      'w1 EVAL script 1 k 2 -> 4',
      'w2 SCRIPT FLUSH -> "OK"',
      'w1 EVAL script 1 k 2 -> 6',
    ]);
  });
});
