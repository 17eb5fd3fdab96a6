import { invariant, noStaleEntry, scenario, type Scenario } from '../../harness/index.js';
import { exercise, type Exercise } from '../../harness/lab.js';
import * as delayedDelete from './answers/delayed-delete.js';
import * as loadsAgain from './answers/loads-again.js';
import * as setNx from './answers/set-nx.js';
import * as solution from './answers/solution.js';
import type { Cache } from './cache.js';
import { customer, editor, keyOf, NEW, OLD, oneLoad, prices } from './shop.js';

/** Whoever asks gets a price, and a change is a change: code that does not do its work has neither. */
const worksAtAll = invariant('the shop has its prices', async ({ history }) => {
  const got = history.operations.filter(({ name, outcome }) => name === 'process tea' && outcome === 'ok');
  const wrong = got.find(({ value }) => value !== OLD && value !== NEW);
  if (wrong !== undefined) return { expected: `${OLD} or ${NEW}`, observed: String(wrong.value) };
  const now = await prices.tea.read();
  if (history.count('change tea', 'ok') === 0 || now === NEW) return undefined;
  return { expected: `the price is ${NEW} after the change`, observed: `it is ${now}` };
});

const noStale = noStaleEntry({ key: keyOf('tea'), truth: prices.tea.read });

function changing(cache: Cache, customers: number): Scenario {
  return scenario({
    name: `02-cache-aside/exercise, a change while ${customers === 1 ? 'one reads' : 'two read'}`,
    workers: [
      ...Array.from({ length: customers }, () => customer(() => cache, ['tea'])),
      editor(cache, 'tea'),
    ],
    invariants: [worksAtAll, noStale],
  });
}

export const theFill: Exercise = exercise<Cache>({
  file: 'exercise.ts',
  task: 'Change read and update so that no old price is left in the cache after a change. It has to stay a cache.',
  checks: (cache) => [
    scenario({
      name: '02-cache-aside/exercise, one reads twice',
      workers: [customer(() => cache, ['tea', 'tea'])],
      invariants: [worksAtAll, oneLoad('tea'), noStale],
      mayNotRace: true,
    }),
    changing(cache, 1),
    changing(cache, 2),
  ],
  solution,
  wrong: [
    {
      name: 'delayed-delete',
      code: delayedDelete,
      looks: /setTimeout|sleep\(/,
      hint: 'No wait is long enough for every reader: one that is held up fills the cache after your second delete, too. Whether a fill is still allowed has to be decided when it happens, not guessed beforehand.',
    },
    {
      name: 'set-nx',
      code: setNx,
      looks: /\.set\(key,[^)]*'NX'/,
      hint: 'NX asks whether there is an entry now. After a change there is none, since the change has just removed it, and so the old price goes in. What matters is whether something changed since before you loaded.',
    },
    {
      name: 'loads-again',
      code: loadsAgain,
      looks: /\bload\([^]*\bload\(/,
      hint: 'Loading twice makes the window smaller, not closed: the price may change between your last load and your fill. The fill itself has to find out, in one step of the server.',
    },
  ],
  hints: {
    'no stale entry':
      'Look at what was loaded before the change and written into the cache after it. What could the reader leave in Redis before it loads, for the change to take away?',
    'one load for all':
      'The second read has to come from the cache: a cache that is never filled is never stale, and no cache.',
    'the shop has its prices': 'Readers get the price, and update must still call save.',
  },
});
