/** For tests: an example for each pattern and for each kind of verdict. */
import { defined } from '../../base/defined.js';
import { invariant } from '../../check/invariant.js';
import { atMostOnce, noLostUpdate, recovers } from '../../check/invariants.js';
import { mutualExclusion } from '../../check/locks/mutual-exclusion.js';
import { noKeyLeft, noStuckKey } from '../../check/key-invariants.js';
import type { Pattern } from '../../report/diagnosis/pattern.js';
import { scenario } from '../../scenario/scenario.js';
import type { WorkerBody } from '../../scenario/types.js';
import {
  INCREMENT,
  readThenWrite,
  addOne,
  audit,
  checkThenAct,
  plainRelease,
  holdTooLong,
  swallow,
  goOnWithout,
  buy,
  fill,
  update,
  copyName,
  rename,
  register,
  keepOn,
  CART,
  addToCart,
  watched,
  takeAndRelease,
  retrying,
  changing,
  outside,
  endless,
  polling,
  type Example,
} from './examples.js';

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
  return { name, scenario: described, ...defined({ pattern }), ...more };
}

/** One for each pattern and for each kind of verdict. */
export const EXAMPLES: readonly Example[] = [
  example('lost-update', 'lost update', readThenWrite, { workerCount: 3 }),
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
    workerCount: 3,
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
    workerCount: 1,
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
    workerCount: 1,
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
    workerCount: 1,
    client: { retryStrategy: () => null },
    invariants: [recovers({ operation: 'add', withinOperations: 1 })],
    faults: { kinds: ['server-client-kill'] },
  }),
  example('wide-characters', 'check-then-act', addToCart, {
    workerCount: 5,
    invariants: [
      invariant('everything is in the 🛒', async ({ redis }) => {
        const names = (await redis.get(CART))?.match(/w\d/g) ?? [];
        return names.length === 5 ? undefined : { expected: '五つ', observed: names.join(' ') };
      }),
    ],
  }),
  example('cleared-watch', 'cleared watch', watched, { sharedClient: true }),
  example('hang', 'hang', addOne, { faults: { kinds: ['black-hole-reply'] } }),
  example('uncaught', 'uncaught error', addOne, { ...single, faults: { kinds: ['reset-before-send'] } }),
  example('retry-loop', 'uncaught error', retrying, { invariants: [], faults: { kinds: ['worker-crash'] } }),
  example('many-workers', 'unnamed', (context) => context.redis.rpush('log', context.name), {
    workerCount: 6,
    invariants: [
      invariant('w6 is not the first of six', async ({ redis }) => {
        const log = await redis.lrange('log', 0, -1);
        return log.length === 6 && log[0] === 'w6'
          ? { expected: 'w6 after somebody else', observed: log.join(' ') }
          : undefined;
      }),
    ],
  }),
  example('not-deterministic', undefined, changing, { workerCount: 1, invariants: [] }),
  example('uncontrolled-wait', undefined, outside, { workerCount: 1 }),
  example('blocking-command', undefined, ({ redis }) => redis.monitor(), { workerCount: 1 }),
  example('polling', 'hang', polling, { workerCount: 1 }),
  example('step-limit', 'unnamed', endless, { workerCount: 1, maxSteps: 20 }),
  example(
    'incomplete',
    undefined,
    addOne,
    { workerCount: 3 },
    { options: { runs: 4, strategy: 'systematic' } },
  ),
  example('too-many', undefined, addOne, { workerCount: 8 }, { options: { runs: 100, strategy: 'auto' } }),
];
