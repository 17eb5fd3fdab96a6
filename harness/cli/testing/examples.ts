/**
 * For tests: workers that fail in one certain way each, written as an application would write them.
 *
 * What the command line prints about them names lines of this file, and golden files keep that: what is new belongs
 * at the end, right before the exports.
 */
import { createConnection, createServer } from 'node:net';
import type { InternalExploreOptions } from '../../explore/internal-options.js';
import type { Pattern } from '../../report/diagnosis/pattern.js';
import type { Scenario, WorkerBody, WorkerContext } from '../../scenario/types.js';

/** A scenario that fails in one certain way, and how it reads. */
export interface Example {
  /** Also of its golden files. */
  readonly name: string;
  /** What is explored. */
  readonly scenario: Scenario;
  /** Pattern that is recognised in its record; undefined for a verdict without a record. */
  readonly pattern?: Pattern;
  /** How it is explored, where that is not as usual. */
  readonly options?: InternalExploreOptions;
}

/** The lock that they compete for. */
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
  while ((await redis.incr('tries')) > 0) await sleep(10);
};

const polling: WorkerBody = async ({ redis, sleep }) => {
  while ((await redis.get('ready')) === null) await sleep(10);
};

export {
  addOne,
  addToCart,
  audit,
  buy,
  changing,
  checkThenAct,
  copyName,
  endless,
  fill,
  goOnWithout,
  holdTooLong,
  keepOn,
  outside,
  plainRelease,
  polling,
  readThenWrite,
  register,
  rename,
  retrying,
  swallow,
  takeAndRelease,
  update,
  watched,
  CART,
  INCREMENT,
};
