import type { Redis } from 'ioredis';
import { invariant, scenario, type FaultPlan, type Scenario, type WorkerBody } from '../../harness/index.js';
import { exercise, type Exercise } from '../../harness/lab.js';
import * as looksAgain from './answers/looks-again.js';
import * as queue from './answers/queue.js';
import * as readsBack from './answers/reads-back.js';
import * as sleep from './answers/sleep.js';
import * as solution from './answers/solution.js';

const CART = 'cart:7';
/** What was in the cart before. */
const BREAD = 'bread';

/** What a learner writes. */
interface Code {
  readonly addToCart: (redis: Redis, key: string, item: string) => Promise<void>;
}

/** Each item is there as often as it was added; a number alone would be content with any items. */
const everyItem = invariant('every item is in the cart', async ({ redis, history }) => {
  const cart: Record<string, number> = JSON.parse((await redis.get(CART)) ?? '{}');
  const added = [...new Set(history.operations.map(({ name }) => name))];
  for (const item of [...new Set([BREAD, ...added, ...Object.keys(cart)])].toSorted()) {
    const before = item === BREAD ? 1 : 0;
    const [pieces, sure] = [cart[item] ?? 0, before + history.count(item, 'ok')];
    const most = sure + history.count(item, 'unknown', 'pending');
    const expected = sure === most ? `${sure}` : `${sure} to ${most}`;
    if (pieces < sure || pieces > most)
      return { expected: `${item}: ${expected}`, observed: `${item}: ${pieces}` };
  }
  return undefined;
});

function shopping(
  { addToCart }: Code,
  items: readonly string[],
  faults: FaultPlan = { budget: 0 },
): Scenario {
  return scenario({
    name: `01-lost-update/exercise, ${items.join(' and ')}`,
    setup: ({ redis }) => redis.set(CART, JSON.stringify({ [BREAD]: 1 })),
    workers: items.map(
      (item): WorkerBody =>
        ({ redis, operation }) =>
          operation(item, () => addToCart(redis, CART, item)),
    ),
    invariants: [everyItem],
    faults,
  });
}

export const cart: Exercise = exercise<Code>({
  file: 'exercise.ts',
  task: 'Change addToCart so that no item is lost, however many tabs there are. The cart stays one JSON document.',
  checks: (code) => [
    shopping(code, ['tea', 'milk']),
    shopping(code, ['tea', 'tea', 'milk']),
    // Half of a change must not stay behind either.
    shopping(code, ['sugar', 'tea'], { kinds: ['reset-before-send', 'worker-crash'] }),
  ],
  solution,
  wrong: [
    {
      name: 'queue',
      code: queue,
      looks: /^(?:let|const|var) .*(?:Promise|new Map|\[\])/m,
      hint: 'A queue or a lock in the memory of a process orders what this process does. The other tab is served by another machine, which never sees it: only Redis is seen by both.',
    },
    {
      name: 'sleep',
      code: sleep,
      looks: /setTimeout|sleep\(/,
      hint: 'Waiting moves the moment at which it goes wrong, and does not remove it: two that wait may wait for the same time, and then read the same cart.',
    },
    {
      name: 'reads-back',
      code: readsBack,
      looks: /\.set\([^]*\.get\(/,
      hint: 'Reading back tells you that your own item is there. It does not tell you whose item you have just written over, and nobody looks for that one again.',
    },
    {
      name: 'looks-again',
      code: looksAgain,
      looks: /\.get\([^]*\.get\([^]*\.set\(/,
      hint: 'A second look makes the window smaller, not closed: between that look and your write there is still room for another write. Comparing and writing must be one step of the server.',
    },
  ],
  hints: {
    'every item is in the cart':
      'Look at the first two reads in the table: both see the same cart, and the later write knows nothing of the earlier one. What would the server have to compare before it writes?',
    'no uncaught error':
      'The code gave up. That is right after too many attempts, but how many workers are there, and how often can each of them be overtaken?',
  },
});
