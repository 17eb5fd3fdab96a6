import { createHash } from 'node:crypto';
import { describe } from 'vitest';
import { seesEveryOutcome, type Case } from '../testing/soundness.js';

const INCR = 'return redis.call("INCR", KEYS[1])';
const INCR_HASH = createHash('sha1').update(INCR).digest('hex');
const INCR_TWICE = 'return redis.call("INCR", KEYS[1]) + redis.call("INCR", "undeclared")';

/** Shapes of the labs, small enough to run every single interleaving as well. */
const CASES: Record<string, Case> = {
  'INCR, resent after a reset': {
    workers: ({ redis, operation }) => operation('add', () => redis.incr('c')),
    faults: { kinds: ['reset-before-send', 'reset-after-apply'] },
  },
  'GET and SET, and a crash': {
    workers: async ({ redis, operation }) => {
      await operation('add', async () => redis.set('c', Number(await redis.get('c')) + 1));
      await redis.incr('done');
    },
    faults: { kinds: ['worker-crash', 'reset-after-apply'] },
    client: 'single-shot',
    workersMayFail: true,
  },
  'WATCH, MULTI, EXEC': {
    workers: async ({ redis }) => {
      await redis.watch('c');
      const seen = Number(await redis.get('c'));
      await redis
        .multi()
        .set('c', seen + 1)
        .exec();
    },
    faults: { kinds: ['reset-after-apply'], budget: 0 },
  },
  'WATCH, MULTI, EXEC on one connection': {
    workers: async ({ redis }) => {
      await redis.watch('c');
      const seen = Number(await redis.get('c'));
      await redis
        .multi()
        .set('c', seen + 1)
        .exec();
    },
    sharedClient: true,
  },
  'scripts that are forgotten between being loaded and being called by their digest': {
    workers: async ({ redis, operation }) => {
      const loading = [INCR, 'return 1'].map((script) => redis.script('LOAD', script));
      const called = Promise.all([...loading, redis.evalsha(INCR_HASH, 1, 'c')]);
      await operation('incr', () => called).catch(() => {});
    },
    faults: { kinds: ['server-noscript'] },
    sees: ({ history }) => history.named('incr').some(({ outcome }) => outcome === 'failed'),
  },
  'a lock that runs out during the work': {
    workers: async ({ name, redis, sleep, critical }) => {
      if ((await redis.set('lock', name, 'PX', 100, 'NX')) === null) {
        await sleep(120);
        if ((await redis.set('lock', name, 'PX', 100, 'NX')) === null) return;
      }
      await critical(() => sleep(110));
      await redis.del('lock');
    },
    sees: ({ history }) => history.overlap('critical section') !== undefined,
  },
  'a lease that ends in the middle of one sleep, and nothing follows': {
    workers: [
      async ({ redis, sleep, critical }) => {
        await redis.set('lock', 'w1', 'PX', 100);
        await critical(() => sleep(150));
      },
      async ({ redis, critical }) => {
        if ((await redis.set('lock', 'w2', 'PX', 100, 'NX')) !== null)
          await critical(() => redis.incr('work'));
      },
      async ({ redis, sleep }) => {
        await sleep(60);
        await redis.del('lock');
      },
    ],
    sees: ({ history }) => history.overlap('critical section') !== undefined,
  },
  'leases that end one after the other': {
    workers: [
      async ({ redis, sleep }) => {
        await redis.mset('c', 0, 'd', 0);
        await redis.pexpire('c', 50);
        await redis.pexpire('d', 80);
        await sleep(100);
      },
      async ({ redis }) => void (await redis.set('seen', String(await redis.mget('c', 'd')))),
      async ({ redis }) => void (await redis.persist('d')),
    ],
  },
  'a lease that ends while a command has its timeout': {
    workers: ({ id, redis }) => redis.set('lock', id, 'PX', 50, 'NX'),
    client: { commandTimeout: 100 },
    faults: { kinds: ['late-reply'] },
    workersMayFail: true,
    delays: 1,
  },
  'a lock, and a holder that crashes': {
    workers: async ({ name, redis, step, critical }) => {
      if ((await redis.set('lock', name, 'PX', 1000, 'NX')) === null) return;
      await critical(() => step('work'));
      await redis.del('lock');
    },
    faults: { kinds: ['worker-crash', 'reset-after-apply'] },
    client: 'single-shot',
    workersMayFail: true,
    sees: ({ history }) => history.overlap('critical section') !== undefined,
  },
  'a timeout, and connections that go silent': {
    workers: ({ redis, operation }) => operation('add', () => redis.incr('c')),
    client: { commandTimeout: 100 },
    faults: { kinds: ['black-hole-request', 'black-hole-reply'] },
    workersMayFail: true,
    delays: 1,
  },
  'a reply that comes late': {
    workers: ({ redis, operation }) => operation('add', () => redis.incr('c')),
    client: { commandTimeout: 100 },
    faults: { kinds: ['late-reply'] },
    workersMayFail: true,
    delays: 1,
  },
  'reconnects that are refused': {
    workers: async ({ redis }) => void (await redis.incr('c')),
    client: { retryStrategy: (times: number) => (times > 2 ? null : 50), maxRetriesPerRequest: 1 },
    faults: { kinds: ['reset-before-send', { kind: 'refuse-connect', count: 2 }], budget: 2 },
    workersMayFail: true,
  },
  'a script that touches a key that it does not declare': {
    workers: [
      ({ redis }) => redis.eval(INCR_TWICE, 1, 'c'),
      async ({ redis }) => void (await redis.set('seen', String(await redis.get('undeclared')))),
    ],
  },
  'several connections of one worker': {
    workers: [
      async ({ redis, connect }) => {
        const other = connect();
        await Promise.all([redis.set('a', 1), other.set('b', 1)]);
        await redis.append('log', 'x');
      },
      async ({ redis }) => {
        const values = [await redis.get('b'), await redis.get('a')];
        await redis.set('seen', values.join());
      },
    ],
  },
  'work that overlaps, on keys that have nothing to do with each other': {
    workers: ({ id, redis, critical }) => critical(() => redis.set(`k${id}`, 1)),
    sees: ({ history }) => history.named('critical section').map(({ worker, end }) => [worker, end]),
  },
  'commands in the order of the wire': {
    workers: async ({ id, redis }) => void (await redis.set(`k${id}`, 1)),
    workerCount: 3,
    sees: ({ history }) => history.commands.map(({ worker }) => worker),
  },
  'a consumer group': {
    setup: ({ redis }) => redis.xgroup('CREATE', 's', 'g', '$', 'MKSTREAM'),
    workers: [
      async ({ redis }) => {
        await redis.xadd('s', '1-1', 'f', 'v');
        await redis.xadd('s', '2-1', 'f', 'v');
      },
      async ({ redis }) => {
        const got = await redis.xreadgroup('GROUP', 'g', 'me', 'COUNT', 1, 'STREAMS', 's', '>');
        await redis.set('w2', JSON.stringify(got));
      },
      async ({ redis }) => {
        const got = await redis.xreadgroup('GROUP', 'g', 'you', 'COUNT', 1, 'STREAMS', 's', '>');
        await redis.set('w3', JSON.stringify(got));
      },
    ],
  },
  'messages of a subscription': {
    workers: [
      async ({ redis, connect }) => {
        const seen: string[] = [];
        redis.on('message', (channel: string, text: string) => seen.push(`${channel} ${text}`));
        await redis.subscribe('a', 'b');
        await connect().set('seen', seen.join());
      },
      async ({ redis }) => void (await redis.publish('a', '1')),
      async ({ redis }) => void (await redis.publish('b', '2')),
    ],
  },
  'messages by pattern': {
    workers: [
      async ({ redis, connect }) => {
        const seen: string[] = [];
        redis.on('pmessage', (_pattern: string, channel: string) => seen.push(channel));
        await redis.psubscribe('n*');
        await connect().set('seen', seen.join());
      },
      async ({ redis }) => void (await redis.publish('n1', '1')),
      async ({ redis }) => void (await redis.publish('n2', '2')),
    ],
  },
  'notifications of keys': {
    setup: ({ redis }) => redis.config('SET', 'notify-keyspace-events', 'KEA'),
    workers: [
      async ({ redis, connect }) => {
        const seen: string[] = [];
        redis.on('pmessage', (_pattern: string, channel: string) => seen.push(channel));
        await redis.psubscribe('__keyspace@0__:k*');
        await connect().set('seen', seen.join());
      },
      async ({ redis }) => void (await redis.set('k1', '1')),
      async ({ redis }) => void (await redis.set('k2', '2')),
    ],
  },
  'cursors over the keyspace': {
    workers: [
      async ({ redis }) => {
        const [, keys] = await redis.scan(0);
        await redis.set('scanned', keys.sort().join());
      },
      async ({ redis }) => void (await redis.set('a', 1)),
      async ({ redis }) => void (await redis.set('size', String(await redis.dbsize()))),
    ],
  },
  'two databases': {
    workers: [
      async ({ redis }) => {
        await redis.select(1);
        const seen = await redis.get('c');
        await redis.set('c', `${seen} 1`);
        await redis.move('c', 0);
      },
      async ({ redis }) => void (await redis.set('seen', String(await redis.get('c')))),
      async ({ redis }) => {
        await redis.select(1);
        await redis.append('c', 'x');
      },
    ],
  },
  'a queue that workers wait for': {
    workers: [
      async ({ redis }) => void (await redis.set('w1', String(await redis.blpop('q', 0)))),
      async ({ redis }) => void (await redis.set('w2', String(await redis.blpop('q', 0)))),
      async ({ redis }) => {
        await redis.rpush('q', 'a');
        await redis.rpush('q', 'b');
      },
    ],
  },
  'a queue that workers wait for, for a while': {
    workers: [
      async ({ redis }) => void (await redis.set('w1', String(await redis.blpop('q', 1)))),
      async ({ redis }) => void (await redis.set('w2', String(await redis.brpop('p', 'q', 2)))),
      async ({ redis }) => void (await redis.rpush('q', 'a')),
    ],
    delays: 1,
  },
  'WATCH of a key that runs out': {
    setup: ({ redis }) => redis.set('k', 1, 'PX', 100),
    workers: [
      async ({ redis }) => {
        await redis.watch('k');
        const seen = await redis.get('k');
        const done = await redis.multi().set('mine', String(seen)).exec();
        await redis.set('done', String(done));
      },
      async ({ sleep }) => sleep(150),
      async ({ redis }) => void (await redis.get('k')),
    ],
  },
  'a script that may not be there': {
    workers: [
      async ({ redis }) => {
        const sha = 'e0e1f9fabfc9d4800c877a703b823ac0578ff8db';
        const reply = await redis.evalsha(sha, 1, 'k').catch((error: Error) => error.message);
        await redis.set('w1', String(reply));
      },
      async ({ redis }) => void (await redis.eval('return 0', 0)),
      async ({ redis }) => void (await redis.script('LOAD', 'return 0')),
    ],
  },
  'names that change': {
    setup: ({ redis }) => redis.mset('a', 1, 'b', 2),
    workers: [
      async ({ redis }) => void (await redis.rename('a', 'c')),
      async ({ redis }) => void (await redis.copy('b', 'c', 'REPLACE')),
      async ({ redis }) => void (await redis.set('seen', String(await redis.mget('a', 'b', 'c')))),
    ],
  },
  'a function of a library': {
    setup: ({ redis }) =>
      redis.call(
        'FUNCTION',
        'LOAD',
        'REPLACE',
        "#!lua name=lib\nredis.register_function('both', function(keys) redis.call('INCR', 'hidden') return redis.call('INCR', keys[1]) end)",
      ),
    workers: [
      ({ redis }) => redis.call('FCALL', 'both', 1, 'c'),
      async ({ redis }) => void (await redis.set('seen', String(await redis.get('hidden')))),
    ],
  },
  'a count whose cache is a write': {
    setup: ({ redis }) => redis.pfadd('h', 'a'),
    workers: [
      async ({ redis }) => void (await redis.pfcount('h')),
      async ({ redis }) => void (await redis.pfadd('h', 'b')),
      async ({ redis }) => {
        const bytes = await redis.getBuffer('h');
        await redis.set('seen', bytes!.subarray(8, 16).toString('hex'));
      },
    ],
  },
  'commands on one key, and the operations that they belong to': {
    workers: async ({ id, redis, operation }) => {
      await operation('look', () => redis.get('c'));
      await operation('add', () => redis.incr(`k${id}`));
      await redis.get('c');
    },
    sees: ({ history }) =>
      history.ranOn('c').map((command) => [command.worker, history.operationOf(command)?.name]),
  },
  'a request of an operation that may have ended': {
    workers: async ({ id, redis, operation }) => {
      await operation('set', () => redis.set('c', id));
      await redis.get(`k${id}`);
    },
    client: 'single-shot',
    workersMayFail: true,
    faults: { kinds: ['zombie-request'] },
    sees: ({ history }) =>
      history
        .ranOn('c')
        .map((command) => [
          command.worker,
          history.operationOf(command)?.name,
          history.operationsOf(command.worker, 'set').map(({ outcome }) => outcome),
        ]),
  },
  'a stream that is waited for': {
    workers: [
      async ({ redis }) => {
        const got = await redis.xread('COUNT', 1, 'BLOCK', 0, 'STREAMS', 's', '0');
        await redis.set('w1', JSON.stringify(got));
      },
      async ({ redis }) => void (await redis.xadd('s', 'NOMKSTREAM', '1-1', 'f', 'v')),
      async ({ redis }) => void (await redis.xadd('s', '2-1', 'f', 'v')),
    ],
  },
  'lists that are moved along while others wait': {
    workers: [
      async ({ redis }) => void (await redis.blmove('a', 'b', 'LEFT', 'RIGHT', 0)),
      async ({ redis }) => void (await redis.set('w2', String(await redis.blpop('b', 'a', 0)))),
      async ({ redis }) => void (await redis.multi().rpush('a', '1').rpush('a', '2').exec()),
    ],
  },
  'a script that ends a wait': {
    workers: [
      async ({ redis }) => void (await redis.set('w1', String(await redis.blpop('q', 'p', 0)))),
      async ({ redis }) => void (await redis.eval("return redis.call('RPUSH', 'q', 'x')", 0)),
      async ({ redis }) => void (await redis.rpush('p', 'y')),
    ],
  },
  pipelines: {
    workers: ({ id, redis }) => redis.pipeline().append('a', id).append('b', id).get('a').exec(),
  },
  'a subscriber that loses its connection': {
    workers: [
      async ({ redis, connect }) => {
        const seen: string[] = [];
        redis.on('message', (_channel: string, text: string) => seen.push(text));
        await redis.subscribe('a');
        await connect().set('seen', seen.join());
      },
      async ({ redis }) => void (await redis.publish('a', '1')),
    ],
    faults: { kinds: ['connection-drop'] },
  },
  'workers that hand over in memory': {
    workers: (() => {
      let open: (() => void) | undefined;
      let gate = Promise.resolve();
      return [
        async ({ redis }) => {
          gate = new Promise((resolve) => (open = resolve));
          await redis.set('a', 1);
          open!();
        },
        async ({ redis }) => {
          await redis.set('b', 1);
          await gate;
          await redis.append('log', '2');
        },
        async ({ redis }) => void (await redis.append('log', '3')),
      ];
    })(),
  },
};

describe('Exhaustive', () => {
  seesEveryOutcome(CASES);
});
