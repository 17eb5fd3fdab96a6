import { createClient } from '@redis/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lines } from '../../../test/support/executions.js';
import { scenario } from '../../scenario/scenario.js';
import type { ScenarioOptions, WorkerBody } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { Environment } from '../host/environment.js';
import type { ExecutionResult } from '../execution.js';
import { moveOf, runDeviations, type Deviation } from '../testing/deviations.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

function run(
  workers: WorkerBody[],
  deviations: Deviation[] = [],
  extra: Partial<ScenarioOptions> = {},
): Promise<ExecutionResult> {
  const subscriptions = scenario({ name: 'subscriptions', invariants: [], workers, ...extra });
  return runDeviations(environment, subscriptions, deviations);
}

describe.each([2, 3] as const)('subscriptions, RESP%s', (protocol) => {
  const client = { protocol };
  let heard: string[] = [];

  /** Subscribes, and ends after so many messages. */
  const listener =
    (count: number, ...channels: string[]): WorkerBody =>
    async ({ redis }) => {
      heard = [];
      const done = new Promise<void>((resolve) => {
        redis.on('message', (channel: string, message: string) => {
          heard.push(`${channel} ${message}`);
          if (heard.length === count) resolve();
        });
      });
      await redis.subscribe(...channels);
      heard.push('subscribed');
      await done;
    };

  test('should deliver each message as a step, in their order', async () => {
    const publisher: WorkerBody = async ({ redis }) => {
      await redis.publish('a', 'first');
      await redis.publish('b', 'second');
    };
    const result = await run([listener(3, 'a', 'b'), publisher], [], { client });
    expect(result.finding).toBeUndefined();
    expect(lines(result)).toEqual([
      'w1 SUBSCRIBE a b -> ["subscribe","a",1]',
      'w2 PUBLISH a first -> 1',
      'w2 PUBLISH b second -> 1',
      'w1 message on a: first arrives',
      'w1 message on b: second arrives',
    ]);
    expect(heard).toEqual(['subscribed', 'a first', 'b second']);
  });

  test('should deliver it before or after what else happens, as the lab chooses', async () => {
    const publisher: WorkerBody = async ({ redis }) => {
      await redis.publish('a', 'news');
      heard.push('published');
      await redis.set('k', 'v');
      heard.push('set');
    };
    const order = async (...deviations: Deviation[]): Promise<string[]> => {
      await run([listener(2, 'a'), publisher], deviations, { client });
      return heard;
    };
    expect(await order()).toEqual(['subscribed', 'published', 'set', 'a news']);
    expect(await order(moveOf('w1.1.message1'))).toEqual(['subscribed', 'published', 'a news', 'set']);
  });

  test('should lose what is published before the subscription, and say who waits', async () => {
    const publisher: WorkerBody = ({ redis }) => redis.publish('a', 'early');
    const { finding } = await run([listener(2, 'a'), publisher], [moveOf('w2.1')], { client });
    expect(finding).toMatchObject({
      kind: 'hangs',
      observed: expect.stringContaining('w1 waits for another'),
    });
  });

  test('should end with an unsubscription, and leave nothing to the next execution', async () => {
    const body: WorkerBody = async ({ redis, connect }) => {
      await redis.psubscribe('a*');
      await redis.punsubscribe('a*');
      await connect().publish('ab', 'nobody');
      await redis.set('k', 'v');
    };
    for (let times = 0; times < 2; times++) {
      const result = await run([body], [], { client });
      expect(lines(result)).toEqual([
        'w1 PSUBSCRIBE a* -> ["psubscribe","a*",1]',
        'w1 PUNSUBSCRIBE a* -> ["punsubscribe","a*",0]',
        'w1 PUBLISH ab nobody -> 0',
        'w1 SET k v -> "OK"',
      ]);
    }
  });

  test('should bring an expiry to a listener when time has passed', async () => {
    // Where the clock cannot be frozen an overdue key is deleted, which is another event.
    if (environment.server.clockMode !== 'shim') return;
    const watcher: WorkerBody = async ({ redis, connect, sleep }) => {
      const other = connect();
      await other.config('SET', 'notify-keyspace-events', 'Kx$');
      const listening = listener(3, '__keyspace@0__:k');
      const heardAll = listening({ redis } as never);
      await other.ping();
      await other.set('k', 'v', 'PX', 100);
      await sleep(101);
      await other.get('k');
      await heardAll;
      await other.config('SET', 'notify-keyspace-events', '');
    };
    const result = await run([watcher], [], { client });
    expect(result.finding).toBeUndefined();
    expect(heard).toEqual(['subscribed', '__keyspace@0__:k set', '__keyspace@0__:k expired']);
  });
});

test('node-redis: messages arrive as steps, too', async () => {
  const heard: string[] = [];
  const body: WorkerBody = async ({ url }) => {
    const subscriber = createClient({ url });
    const publisher = createClient({ url });
    await Promise.all([subscriber.connect(), publisher.connect()]);
    const done = new Promise<void>((resolve) => {
      void subscriber.subscribe('a', (message) => {
        heard.push(message);
        resolve();
      });
    });
    await publisher.set('k', 'v');
    await publisher.publish('a', 'hello');
    await done;
    subscriber.destroy();
    publisher.destroy();
  };
  const result = await run([body]);
  expect(result.finding).toBeUndefined();
  expect(heard).toEqual(['hello']);
  expect(lines(result).at(-1)).toBe('w1 message on a: hello arrives');
});
