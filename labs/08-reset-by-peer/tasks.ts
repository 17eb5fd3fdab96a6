import { Client } from 'undici';
import {
  httpService,
  invariant,
  scenario,
  sometimes,
  type FaultPlan,
  type InvariantContext,
  type Scenario,
} from '../../harness/index.js';
import { exercise, type Exercise } from '../../harness/lab.js';
import * as look from './answers/look.js';
import * as nameIsKey from './answers/name.js';
import * as reserve from './answers/reserve.js';
import * as sleep from './answers/sleep.js';
import * as solution from './answers/solution.js';
import { api, DONE, itemKey, type Writes } from './api.js';
import { sender, type Transaction } from './client.js';
import { retrySix } from './variants/retry-six.js';
import * as plain from './variants/plain.js';

const shop = httpService('shop');
const ORDERED = 'an item was ordered';

/** What a learner writes. */
type Code = Pick<Writes, 'create'>;

const LOST: FaultPlan = { kinds: [{ kind: 'reset-after-apply', at: { http: true } }] };
const STRAYING: FaultPlan = { kinds: [{ kind: 'zombie-request', at: { http: true } }] };

/** Every client was told of an item of its own that is there, as it was ordered. */
const everyOrder = invariant(
  'every order has an item of its own',
  async ({ redis, history, workers }: InvariantContext) => {
    const told = history.operations
      .filter(({ outcome }) => outcome === 'ok')
      .map(({ value }) => String(value));
    const found = await Promise.all(told.map((id) => redis.hget(itemKey(id), 'name')));
    const right = new Set(told.filter((_, at) => found[at] === 'lamp'));
    if (right.size === workers) return undefined;
    return {
      expected: `${workers} items that are there`,
      observed: `${right.size}; clients were told ${told.join(', ')}`,
    };
  },
);

/** Nothing was done for nobody. */
const doneOnce = invariant('each order is done once', async ({ redis, workers }) => {
  const done = await redis.llen(DONE);
  return done === workers ? undefined : { expected: `${workers} done`, observed: `${done} done` };
});

/** Clients order a lamp each, and try again when their connection is reset. */
function ordering(name: string, { create }: Code, clients: number, faults?: FaultPlan): Scenario {
  return scenario({
    name: `08-reset-by-peer/exercise, ${name}`,
    workers: Array.from({ length: clients }, (_, at) => async ({ operation }) => {
      const client = new Client(shop.origin, { ...shop.clientOptions, keepAliveTimeout: 600_000 });
      const send = retrySix(() => {})(sender(client, () => `order-${at + 1}`));
      const order: Transaction = { name: 'create', method: 'POST', path: '/items', body: { name: 'lamp' } };
      await operation('order', async () => (await send(order)).body.id);
      sometimes(ORDERED, true);
    }),
    background: async ({ redis }) => shop.serve(api(redis, { ...plain, create })),
    invariants: [everyOrder, doneOnce],
    ...(faults === undefined ? {} : { faults }),
    mayNotRace: true,
    mustReach: [ORDERED],
  });
}

export const items: Exercise = exercise<Code>({
  file: 'exercise.ts',
  task: 'Change create so that a request which is sent twice is done once, and answered the same both times.',
  checks: (code) => [
    ordering('the response is lost', code, 1, LOST),
    ordering('the request is still on its way', code, 1, STRAYING),
    ordering('two clients want the same', code, 2),
  ],
  solution,
  wrong: [
    {
      name: 'sleep',
      code: sleep,
      looks: /setTimeout|sleep\(/,
      hint: 'Both requests wait for the same time, and then both of them look: a pause moves the place where they meet, and takes it away nowhere.',
    },
    {
      name: 'reserve',
      code: reserve,
      looks: /'NX'|setnx\(/i,
      hint: 'Between the reservation and the work there is nothing that could be answered: who comes then is told of an item that is not there yet.',
    },
    {
      name: 'look',
      code: look,
      looks: /redis\s*\.get\(/,
      hint: 'Two requests can look before either of them has written: what you know of the key is old by the time that you act on it.',
    },
    {
      name: 'name',
      code: nameIsKey,
      looks: /names|_key\b/,
      hint: 'Two clients may want the same thing, and are not the same request: only the client knows which of its requests is a repetition, and says so by the key.',
    },
  ],
  hints: {
    'each order is done once':
      'Follow the key in the table: at which step did the API know that this request had been done, and at which step was it done?',
    'every order has an item of its own':
      'Which number was the client told, and was there such an item at that moment? The answer has to be kept together with the work.',
  },
});
