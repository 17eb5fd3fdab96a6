import { describe } from 'vitest';
import { seesEveryOutcome, type Case } from '../testing/soundness.js';

/** Two that have nothing to do with each other, and time that passes for one of them. */
const APART: Pick<Case, 'workers'> = {
  workers: [
    async ({ redis, sleep, operation }) => {
      await operation('add', () => redis.incr('a'));
      await sleep(10);
      await operation('add', () => redis.incr('a'));
    },
    async ({ redis, operation }) => {
      await operation('set', () => redis.set('b', 1));
      await operation('set', () => redis.get('b'));
    },
  ],
};

/** What invariants see in the history that depends on the order of steps which have nothing else to do with each other. */
const CASES: Record<string, Case> = {
  'when commands reached the server': {
    ...APART,
    sees: ({ history }) => [1, 2].map((id) => history.commandsOf(id).map(({ atMs }) => atMs)),
  },
  'when operations of one name began and ended': {
    ...APART,
    sees: ({ history }) => history.operationsOf(2, 'set').map(({ startMs, endMs }) => [startMs, endMs]),
  },
  'at which step commands reached the server': {
    ...APART,
    sees: ({ history }) => [1, 2].map((id) => history.commandsOf(id).map(({ step }) => step)),
  },
  'at which step operations began and ended': {
    ...APART,
    sees: ({ history }) =>
      history.operationsOf(2, 'set').map(({ startStep, endStep }) => [startStep, endStep]),
  },
  'steps that are no commands, counted': {
    workers: [
      async ({ step }) => {
        await step('one');
        await step('two');
      },
      async ({ redis }) => redis.get('b'),
    ],
    sees: ({ history }) => history.commandsOf(2).map(({ step }) => step),
  },
  'everything that there is to commands, copied': {
    ...APART,
    sees: ({ history }) => history.commandsOf(2).map((command) => ({ ...command })),
  },
  'replies, effects and how workers ended': {
    workers: [
      async ({ redis }) => redis.incr('c'),
      async ({ redis }) => redis.incr('c'),
      async ({ redis }) => redis.get('c'),
    ],
    client: 'single-shot',
    workersMayFail: true,
    faults: { kinds: ['reset-after-apply', 'worker-crash'] },
    sees: ({ history }) => [
      history.ends.map(({ worker, how, error }) => [worker, how, error?.message]),
      [1, 2, 3].map((id) => history.commandsOf(id).map(({ reply, effect, call }) => [call, reply, effect])),
    ],
  },
  'what landed after its client had sent it again': {
    workers: [async ({ redis }) => redis.get('a'), async ({ redis }) => redis.get('b')],
    faults: { kinds: ['zombie-request'] },
    sees: ({ history }) =>
      [1, 2].map((id) =>
        history.commandsOf(id).map(({ reply, effect, applied }) => [reply, effect, applied]),
      ),
  },
  'which operations of one worker began after the fault of another was over': {
    workers: [
      async ({ redis }) => redis.incr('a'),
      async ({ redis, operation }) => {
        await operation('set', () => redis.set('b', 1));
        await operation('set', () => redis.get('b'));
      },
    ],
    client: 'single-shot',
    workersMayFail: true,
    faults: { kinds: ['worker-crash', 'connection-drop'] },
    sees: ({ history }) =>
      history.faults.map(({ kind, end }) => [
        kind,
        history.operationsOf(2, 'set').map(({ start }) => start > end),
      ]),
  },
  'whether connects were still refused when another began': {
    workers: [
      async ({ redis }) => redis.incr('a'),
      async ({ redis, operation }) => operation('set', () => redis.set('b', 1)),
    ],
    faults: { kinds: [{ kind: 'outage', connects: 1, at: { worker: 1 } }] },
    sees: ({ history }) =>
      history.faults.map(({ end }) => history.operationsOf(2, 'set').map((one) => one.end > end)),
  },
};

describe('an exhaustive search and what invariants look at in the history', () => {
  seesEveryOutcome(CASES);
});
