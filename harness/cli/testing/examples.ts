import { createConnection, createServer } from 'node:net';
import { invariant } from '../../check/invariant.js';
import {
  atMostOnce,
  mutualExclusion,
  noKeyLeft,
  noLostUpdate,
  noStuckKey,
  recovers,
} from '../../check/invariants.js';
import type { ExploreOptions } from '../../explore/explore.js';
import type { Pattern } from '../../record/diagnosis.js';
import { scenario, type Scenario, type WorkerBody, type WorkerContext } from '../../scenario.js';

/** A scenario that fails in one certain way, and how it reads. */
export interface Example {
  readonly name: string;
  readonly scenario: Scenario;
  /** Pattern that is recognised in its record; undefined for a verdict without a record. */
  readonly pattern?: Pattern;
  readonly options?: ExploreOptions;
}

const LOCK = 'lock:order-7';
const INCREMENT = 'increment';

const take = ({ redis, name }: WorkerContext, leaseMs: number): Promise<'OK' | null> =>
  redis.set(LOCK, name, 'PX', leaseMs, 'NX');

const readThenWrite: WorkerBody = ({ redis, operation }) =>
  operation(INCREMENT, async () => {
    const count = Number(await redis.get('counter'));
    await redis.set('counter', String(count + 1));
  });

const addOne: WorkerBody = ({ redis, operation }) => operation(INCREMENT, () => redis.incr('counter'));

/** Somebody else's work, which touches nothing of the others'. */
const audit: WorkerBody = async ({ redis }) => {
  for (const page of ['home', 'cart', 'pay']) await redis.incr(`audit:${page}`);
};

const checkThenAct: WorkerBody = async (context) => {
  const { redis, name, critical } = context;
  if ((await redis.exists(LOCK)) === 1) return;
  await redis.set(LOCK, name, 'PX', 1000);
  await critical(() => redis.incr('work'));
};

const plainRelease: WorkerBody = async (context) => {
  const { redis, critical, sleep } = context;
  while ((await take(context, 100)) === null) await sleep(60);
  await critical(async () => {
    await redis.incr('work');
    await sleep(80);
    await redis.incr('work');
  });
  await redis.del(LOCK);
};

const holdTooLong: WorkerBody = async (context) => {
  const { redis, critical, sleep } = context;
  while ((await take(context, 1000)) === null) await sleep(600);
  await critical(async () => {
    await sleep(1200);
    await redis.incr('work');
  });
};

const swallow: WorkerBody = async ({ redis, connect }) => {
  await redis.set('paid', '1').catch(() => {});
  await connect().set('shipped', '1');
};

const goOnWithout: WorkerBody = async (context) => {
  const taken = await take(context, 60_000).catch(() => 'OK');
  if (taken !== null) await context.critical(() => context.redis.incr('work'));
};

const buy: WorkerBody = async ({ redis }) => {
  if (Number(await redis.get('stock')) > 0) await redis.decr('stock');
};

const fill: WorkerBody = async ({ redis }) => {
  if ((await redis.get('cache:user')) !== null) return;
  const row = await redis.get('db:user');
  await redis.set('cache:user', row!);
};
const update: WorkerBody = async ({ redis }) => {
  await redis.set('db:user', 'Bob');
  await redis.del('cache:user');
};

const copyName: WorkerBody = async ({ redis }) => {
  const name = await redis.get('db:user');
  await redis.set('page:user', name!);
};
const rename: WorkerBody = async ({ redis }) => void (await redis.mset('db:user', 'Bob', 'page:user', 'Bob'));

const register: WorkerBody = async ({ redis, connect, name }) => {
  await redis.set('owner', name).catch(() => {});
  await connect().set('owner', 'nobody');
};

/** One client for good, which gives up after the first refused connect. */
const keepOn: WorkerBody = async ({ redis, operation }) => {
  for (let nth = 1; nth <= 4; nth++) await operation('add', () => redis.incr('counter')).catch(() => {});
};

const CART = '店舗:東京:カート:🛒:' + 'customer-with-a-very-long-name'.repeat(3);
const addToCart: WorkerBody = async ({ redis, name }) => {
  const cart = (await redis.get(CART)) ?? '';
  await redis.set(CART, `${cart}${'りんご🍎'.repeat(8)} ${name},`);
};

const watched: WorkerBody = ({ redis, operation }) =>
  operation(INCREMENT, async () => {
    for (;;) {
      await redis.watch('counter');
      const count = Number(await redis.get('counter'));
      if (
        (await redis
          .multi()
          .set('counter', count + 1)
          .exec()) !== null
      )
        return;
    }
  });

const takeAndRelease: WorkerBody = async (context) => {
  if ((await context.redis.setnx(LOCK, context.name)) === 0) return;
  await context.redis.incr('work');
  await context.redis.del(LOCK);
};

const retrying: WorkerBody = async (context) => {
  for (let attempt = 1; (await context.redis.setnx(LOCK, context.name)) === 0; attempt++) {
    if (attempt === 9) throw new Error('no lock after 9 attempts');
    await context.sleep(50);
  }
  await context.redis.incr('work');
  await context.redis.del(LOCK);
};

let runs = 0;
const changing: WorkerBody = ({ redis }) => redis.set('counter', String((runs += 1)));

const outside: WorkerBody = async ({ redis }) => {
  const silent = createServer().listen(0);
  const { port } = silent.address() as { port: number };
  await redis.ping();
  const socket = createConnection(port);
  await new Promise((resolve) => {
    socket.once('data', resolve).once('close', resolve);
  }).finally(() => silent.close());
};

const endless: WorkerBody = async ({ redis, sleep }) => {
  while ((await redis.get('ready')) === null) await sleep(10);
};

const counts = [noLostUpdate({ key: 'counter' }), atMostOnce({ key: 'counter' })];
const single = { client: 'single-shot' } as const;

function example(
  name: string,
  pattern: Pattern | undefined,
  workers: WorkerBody | readonly WorkerBody[],
  options: Partial<Parameters<typeof scenario>[0]> = {},
  more: Partial<Example> = {},
): Example {
  const described = scenario({ name, workers, invariants: counts, ...options });
  return { name, scenario: described, ...(pattern === undefined ? {} : { pattern }), ...more };
}

/** One for each pattern and for each kind of verdict. */
export const EXAMPLES: readonly Example[] = [
  example('lost-update', 'lost update', readThenWrite, { count: 3 }),
  example('unrelated-steps', 'check-then-act', [readThenWrite, readThenWrite, audit], {
    // The third worker cannot be left out, but most of what it does has nothing to do with it.
    invariants: [
      invariant('no lost update while there is an audit', async ({ redis, history }) => {
        const [counter, audited] = await redis.mget('counter', 'audit:home');
        return audited !== null && counter === '1' && history.count(INCREMENT, 'ok') === 2
          ? { expected: 'counter = 2', observed: 'counter = 1' }
          : undefined;
      }),
    ],
  }),
  example('check-then-act', 'check-then-act', checkThenAct, { invariants: [mutualExclusion()] }),
  example('oversell', 'check-then-act', buy, {
    setup: ({ redis }) => redis.set('stock', '1'),
    invariants: [
      invariant('stock is never negative', async ({ redis }) => {
        const stock = await redis.get('stock');
        return Number(stock) < 0 ? { expected: 'stock >= 0', observed: `stock = ${stock}` } : undefined;
      }),
    ],
  }),
  example('foreign-release', 'foreign release', plainRelease, {
    count: 3,
    invariants: [
      invariant('the third waits for the second', ({ history }) => {
        const [, second, third] = history.named('critical section').toSorted((a, b) => a.start - b.start);
        return third !== undefined && third.worker !== second!.worker && third.start < second!.end
          ? {
              expected: 'one after the other',
              observed: `w${third.worker} entered too early`,
              at: third.start,
            }
          : undefined;
      }),
    ],
  }),
  example('lease-ran-out', 'two holders', holdTooLong, { invariants: [mutualExclusion()] }),
  example('ghost-lock', 'ghost lock', takeAndRelease, {
    ...single,
    workersMayFail: true,
    invariants: [noStuckKey('lock:*')],
    faults: { kinds: ['reset-after-apply'] },
  }),
  example('abandoned-lock', 'abandoned lock', takeAndRelease, {
    invariants: [noKeyLeft('lock:*')],
    faults: { kinds: ['worker-crash'] },
  }),
  example('double-execution', 'double execution', addOne, { faults: { kinds: ['reset-after-apply'] } }),
  example('carries-on', 'carried on', swallow, {
    count: 1,
    ...single,
    workersMayFail: true,
    invariants: [
      invariant('only what is paid is shipped', async ({ redis }) => {
        const [paid, shipped] = await redis.mget('paid', 'shipped');
        return shipped !== null && paid === null
          ? { expected: 'paid before it is shipped', observed: 'shipped, and not paid' }
          : undefined;
      }),
    ],
    faults: { kinds: ['reset-before-send'] },
  }),
  example('went-on-without', 'went on without', goOnWithout, {
    workersMayFail: true,
    client: { retryStrategy: () => 10, maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false },
    invariants: [mutualExclusion()],
    faults: { kinds: ['reset-before-send'] },
  }),
  example('stale-fill', 'stale fill', [fill, update], {
    setup: ({ redis }) => redis.set('db:user', 'Ann'),
    invariants: [
      invariant('the cache is empty or right', async ({ redis }) => {
        const [cached, stored] = await redis.mget('cache:user', 'db:user');
        return cached === null || cached === stored
          ? undefined
          : { expected: `cache:user = ${stored}`, observed: `cache:user = ${cached}` };
      }),
    ],
  }),
  example('stale-write', 'stale write', [copyName, rename], {
    setup: ({ redis }) => redis.mset('db:user', 'Ann', 'page:user', 'Ann'),
    invariants: [
      invariant('the page shows the name', async ({ redis }) => {
        const [shown, stored] = await redis.mget('page:user', 'db:user');
        return shown === stored
          ? undefined
          : { expected: `page:user = ${stored}`, observed: `page:user = ${shown}` };
      }),
    ],
  }),
  example('late-command', 'late command', register, {
    count: 1,
    ...single,
    invariants: [
      invariant('nobody owns it in the end', async ({ redis }) => {
        const owner = await redis.get('owner');
        return owner === 'nobody' ? undefined : { expected: 'owner = nobody', observed: `owner = ${owner}` };
      }),
    ],
    faults: { kinds: ['zombie-request'] },
  }),
  example('landed-twice', 'double execution', addOne, { faults: { kinds: ['zombie-request'] } }),
  example('no-recovery', 'no recovery', keepOn, {
    count: 1,
    client: { retryStrategy: () => null },
    invariants: [recovers({ operation: 'add', withinOperations: 1 })],
    faults: { kinds: ['server-client-kill'] },
  }),
  example('wide-characters', 'check-then-act', addToCart, {
    count: 5,
    invariants: [
      invariant('everything is in the 🛒', async ({ redis }) => {
        const names = (await redis.get(CART))?.match(/w\d/g) ?? [];
        return names.length === 5 ? undefined : { expected: '五つ', observed: names.join(' ') };
      }),
    ],
  }),
  example('cleared-watch', 'cleared watch', watched, { clients: 'shared' }),
  example('hang', 'hang', addOne, { faults: { kinds: ['black-hole-reply'] } }),
  example('uncaught', 'uncaught error', addOne, { ...single, faults: { kinds: ['reset-before-send'] } }),
  example('retry-loop', 'uncaught error', retrying, { invariants: [], faults: { kinds: ['worker-crash'] } }),
  example('many-workers', 'unnamed', (context) => context.redis.rpush('log', context.name), {
    count: 6,
    invariants: [
      invariant('w6 is not the first of six', async ({ redis }) => {
        const log = await redis.lrange('log', 0, -1);
        return log.length === 6 && log[0] === 'w6'
          ? { expected: 'w6 after somebody else', observed: log.join(' ') }
          : undefined;
      }),
    ],
  }),
  example('not-deterministic', undefined, changing, { count: 1 }),
  example('uncontrolled-wait', undefined, outside, { count: 1 }),
  example('blocking-command', undefined, ({ redis }) => redis.monitor(), { count: 1 }),
  example('step-limit', undefined, endless, { count: 1, maxSteps: 20 }),
  example('incomplete', undefined, addOne, { count: 3 }, { options: { runs: 4, strategy: 'systematic' } }),
  example('too-many', undefined, addOne, { count: 8 }, { options: { runs: 100, strategy: 'auto' } }),
];
