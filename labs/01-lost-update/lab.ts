import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import {
  atMostOnce,
  noLostUpdate,
  scenario,
  type AimedFault,
  type FaultKind,
  type Scenario,
  type ScenarioOptions,
  type WorkerBody,
} from '../../harness/index.js';
import { lab, type Lab } from '../../harness/lab.js';
import { cart } from './tasks.js';
import { countView as getSet } from './variants/get-set.js';
import { countView as incr } from './variants/incr.js';
import { countView as incrRequestId } from './variants/incr-request-id.js';
import { countView as incrResend } from './variants/incr-resend.js';
import { countView as incrSingleShot } from './variants/incr-single-shot.js';
import { countView as incrSingleShotHandled, showPage } from './variants/incr-single-shot-handled.js';
import { addToCart as jsonCas } from './variants/json-cas.js';
import { addToCart as jsonEntry } from './variants/json-entry.js';
import { countView as luaCas } from './variants/lua-cas.js';
import { countView as watchMulti } from './variants/watch-multi.js';
import { countView as watchShared } from './variants/watch-shared.js';

const VIEWS = 'page:home:views';
const CART = 'cart:7';
/** Pages that one process shows, one after the other. */
const PAGES = 5;

/** Ways in which a connection is cut, before or after the server has run the command. */
const CUTS: readonly FaultKind[] = ['reset-before-send', 'reset-after-apply', 'truncated-reply'];
/** The server refuses the first connect, and the next ones. */
const REFUSED: AimedFault = { kind: 'refuse-connect', at: { reconnect: 0 } };
/** What can go wrong before the server has the command: nobody need ask whether it ran. */
const BEFOREHAND: readonly FaultKind[] = ['reset-before-send', 'worker-crash'];
/** Everything usual that can go wrong, besides replies that come in part. */
const ANYTHING: readonly (FaultKind | AimedFault)[] = [
  ...CUTS,
  'zombie-request',
  'black-hole-request',
  'black-hole-reply',
  REFUSED,
  'worker-crash',
];

/** One page is viewed three times at the same time. */
function counting(
  name: string,
  countView: (redis: Redis, key: string) => Promise<number>,
  options: Partial<ScenarioOptions> = {},
): Scenario {
  return scenario({
    name: `01-lost-update/${name}`,
    workers: ({ redis, operation }) => operation('increment', () => countView(redis, VIEWS)),
    workerCount: 3,
    interchangeable: true,
    invariants: [noLostUpdate({ key: VIEWS }), atMostOnce({ key: VIEWS })],
    ...options,
  });
}

/** How many items there are in a cart, each as often as it is in there. */
const items = {
  key: CART,
  operation: 'add to cart',
  read: (json: string | null): number =>
    Object.values<number>(JSON.parse(json ?? '{}')).reduce((sum, pieces) => sum + pieces, 0),
};

/** Three items are put into one cart at the same time, from three browser tabs. */
function shopping(
  name: string,
  addToCart: (redis: Redis, key: string, item: string) => Promise<void>,
  options: Partial<ScenarioOptions> = {},
): Scenario {
  const tab =
    (item: string): WorkerBody =>
    ({ redis, operation }) =>
      operation('add to cart', () => addToCart(redis, CART, item));
  return scenario({
    name: `01-lost-update/${name}`,
    workers: [tab('tea'), tab('milk'), tab('sugar')],
    interchangeable: true,
    invariants: [noLostUpdate(items), atMostOnce(items)],
    ...options,
  });
}

export const lostUpdate: Lab = lab({
  id: '01-lost-update',
  title: 'Lost update',
  // Each of them ends by itself; on a slow machine, with a container, the largest takes minutes.
  seconds: 900,
  exercise: cart,
  variants: [
    {
      name: 'get-set',
      title: 'GET, add one, SET',
      scenario: counting('get-set', getSet),
      expect: { kind: 'breaks', invariant: 'no lost update' },
    },
    {
      name: 'incr',
      title: 'INCR',
      scenario: counting('incr', incr, { faults: { kinds: BEFOREHAND } }),
      expect: { kind: 'holds' },
    },
    {
      name: 'watch-multi',
      title: 'WATCH, GET, MULTI, SET, EXEC, every worker on a connection of its own',
      // After a reconnect nothing is watched any more.
      scenario: counting('watch-multi', watchMulti, { faults: { kinds: ['worker-crash'] } }),
      expect: { kind: 'holds' },
    },
    {
      name: 'watch-shared',
      title: 'the same code, all workers on one connection',
      scenario: counting('watch-shared', watchShared, { sharedClient: true }),
      expect: { kind: 'breaks', invariant: 'no lost update' },
    },
    {
      name: 'lua-cas',
      title: 'GET, then compare and set in a script',
      scenario: counting('lua-cas', luaCas, { faults: { kinds: BEFOREHAND } }),
      expect: { kind: 'holds' },
    },
    {
      name: 'json-entry',
      title: 'a shopping cart kept as one JSON document',
      scenario: shopping('json-entry', jsonEntry),
      expect: { kind: 'breaks', invariant: 'no lost update' },
    },
    {
      name: 'json-cas',
      title: 'the same cart, compared and set in a script',
      solution: true,
      scenario: shopping('json-cas', jsonCas, { faults: { kinds: BEFOREHAND } }),
      expect: { kind: 'holds' },
    },
    {
      name: 'incr-resend',
      title: 'INCR, the reply gets lost, and the client sends it again',
      scenario: counting('incr-resend', incrResend, { faults: { kinds: ['reset-after-apply'] } }),
      expect: { kind: 'breaks', invariant: 'at most once' },
    },
    {
      name: 'incr-single-shot',
      title: 'INCR on a client that never sends again; nobody handles the error',
      scenario: counting('incr-single-shot', incrSingleShot, {
        client: 'single-shot',
        faults: { kinds: ['reset-after-apply'] },
      }),
      expect: { kind: 'breaks', invariant: 'no uncaught error' },
    },
    {
      name: 'incr-single-shot-handled',
      title: 'the same client; the unknown outcome is handled',
      scenario: counting('incr-single-shot-handled', incrSingleShotHandled, {
        workers: ({ redis, operation }) =>
          showPage(() => operation('increment', () => incrSingleShotHandled(redis, VIEWS))),
        client: 'single-shot',
        faults: { kinds: [...CUTS, 'zombie-request', REFUSED, 'worker-crash'] },
      }),
      expect: { kind: 'holds' },
    },
    {
      name: 'incr-gives-up',
      title: 'page after page on that client, and one cut connection',
      scenario: counting('incr-gives-up', incrSingleShotHandled, {
        workers: async ({ redis, operation }) => {
          for (let page = 1; page <= PAGES; page++)
            await showPage(() => operation('increment', () => incrSingleShotHandled(redis, VIEWS)));
        },
        client: 'single-shot',
        faults: { kinds: ['reset-before-send'] },
      }),
      expect: { kind: 'breaks', invariant: 'comes back after a fault' },
    },
    {
      name: 'incr-request-id',
      title: 'a script that counts each request once, however often it is sent',
      scenario: counting('incr-request-id', (redis, key) => incrRequestId(redis, key, randomUUID()), {
        // On a connection that has gone silent, a client without a timeout waits for ever.
        client: { socketTimeout: 1000 },
        faults: { kinds: ANYTHING },
      }),
      expect: { kind: 'holds' },
    },
  ],
});
