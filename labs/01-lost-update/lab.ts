import { randomUUID } from 'node:crypto';
import {
  atMostOnce,
  lab,
  noLostUpdate,
  scenario,
  type FaultKind,
  type Lab,
  type Scenario,
  type ScenarioOptions,
  type WorkerBody,
} from '../../harness/index.js';
import { countView as getSet } from './variants/get-set.js';
import { countView as incr } from './variants/incr.js';
import { countView as incrRequestId } from './variants/incr-request-id.js';
import { countView as incrResend } from './variants/incr-resend.js';
import { countView as incrSingleShot } from './variants/incr-single-shot.js';
import { countView as incrHandled, showPage } from './variants/incr-single-shot-handled.js';
import { addToCart } from './variants/json-entry.js';
import { countView as luaCas } from './variants/lua-cas.js';
import { countView as watchMulti } from './variants/watch-multi.js';
import { countView as watchShared } from './variants/watch-shared.js';

const VIEWS = 'page:home:views';
const CART = 'cart:7';

/** Three requests for one page at the same time: what each variant of the counter has to stand. */
function counting(name: string, workers: WorkerBody, options: Partial<ScenarioOptions> = {}): Scenario {
  return scenario({
    name: `01-lost-update/${name}`,
    workers,
    count: 3,
    invariants: [noLostUpdate({ key: VIEWS }), atMostOnce({ key: VIEWS })],
    ...options,
  });
}

export const lostUpdate: Lab = lab({
  id: '01-lost-update',
  title: 'Lost update',
  variants: [
    {
      name: 'get-set',
      title: 'GET, add one, SET',
      scenario: counting('get-set', ({ redis, operation }) =>
        operation('increment', () => getSet(redis, VIEWS)),
      ),
      expect: { kind: 'breaks', invariant: 'no lost update' },
    },
    {
      name: 'incr',
      title: 'INCR',
      scenario: counting('incr', ({ redis, operation }) => operation('increment', () => incr(redis, VIEWS))),
      expect: { kind: 'holds' },
    },
    {
      name: 'watch-multi',
      title: 'WATCH, GET, MULTI, SET, EXEC, each worker on a connection of its own',
      scenario: counting('watch-multi', ({ redis, operation }) =>
        operation('increment', () => watchMulti(redis, VIEWS)),
      ),
      expect: { kind: 'holds' },
    },
    {
      name: 'watch-shared',
      title: 'the same, all workers on one connection',
      scenario: counting(
        'watch-shared',
        ({ redis, operation }) => operation('increment', () => watchShared(redis, VIEWS)),
        { clients: 'shared' },
      ),
      expect: { kind: 'breaks', invariant: 'no lost update' },
    },
    {
      name: 'lua-cas',
      title: 'GET, then compare and set in a script',
      scenario: counting('lua-cas', ({ redis, operation }) =>
        operation('increment', () => luaCas(redis, VIEWS)),
      ),
      expect: { kind: 'holds' },
    },
    {
      name: 'json-entry',
      title: 'two fields of one JSON document, changed by different workers',
      scenario: scenario({
        name: '01-lost-update/json-entry',
        workers: ['tea', 'milk'].map(
          (item): WorkerBody =>
            ({ redis, operation }) =>
              operation('add to cart', () => addToCart(redis, CART, item)),
        ),
        invariants: [
          noLostUpdate({ key: CART, operation: 'add to cart', read: (json) => Object.keys(JSON.parse(json ?? '{}')).length }),
        ],
      }),
      expect: { kind: 'breaks', invariant: 'no lost update' },
    },
    {
      name: 'incr-resend',
      title: 'INCR, the reply gets lost, and the client sends it again',
      scenario: counting(
        'incr-resend',
        ({ redis, operation }) => operation('increment', () => incrResend(redis, VIEWS)),
        { faults: { kinds: ['reset-after-apply'] } },
      ),
      expect: { kind: 'breaks', invariant: 'at most once' },
    },
    {
      name: 'incr-single-shot',
      title: 'INCR on a client that never resends; nobody handles the error',
      scenario: counting(
        'incr-single-shot',
        ({ redis, operation }) => operation('increment', () => incrSingleShot(redis, VIEWS)),
        { client: 'single-shot', faults: { kinds: ['reset-after-apply'] } },
      ),
      expect: { kind: 'breaks', invariant: 'no uncaught error' },
    },
    {
      name: 'incr-single-shot-handled',
      title: 'the same, and the unknown outcome is handled',
      scenario: counting(
        'incr-single-shot-handled',
        ({ redis, operation }) => showPage(() => operation('increment', () => incrHandled(redis, VIEWS))),
        {
          client: 'single-shot',
          faults: { kinds: ['reset-before-send', 'reset-after-apply', 'truncated-reply'] },
        },
      ),
      expect: { kind: 'holds' },
    },
    {
      name: 'incr-request-id',
      title: 'a script counts each request once, however often it is sent',
      scenario: counting(
        'incr-request-id',
        ({ redis, operation }) => operation('increment', () => incrRequestId(redis, VIEWS, randomUUID())),
        {
          client: { socketTimeout: 1000 },
          faults: { kinds: ['reset-before-send', 'reset-after-apply', 'truncated-reply', 'black-hole-request', 'black-hole-reply', 'refuse-reconnect'] },
        },
      ),
      expect: { kind: 'holds' },
    },
  ],
});
