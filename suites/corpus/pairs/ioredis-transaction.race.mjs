import Buggy from 'ioredis-4.16.0';
import Fixed from 'ioredis-4.16.1';
import { invariant, scenario } from 'redis-race-lab';
import { lab } from 'redis-race-lab/lab';

const worker = async ({ redis, operation, sleep }) => {
  const transaction = operation('transaction', () => redis.multi().set('a', 1).set('b', 2).exec()).catch(
    () => {},
  );
  // Time to connect again.
  await sleep(1000);
  // Nobody waits for these here: what counts is what the transaction gets.
  for (const text of ['hello', 'world']) void operation('echo', () => redis.echo(text)).catch(() => {});
  await transaction;
};

/** What arrived instead, as a person would read it. */
const text = (value) => {
  const bytes = Array.isArray(value) ? value.map(([, reply]) => reply) : [];
  return bytes.length > 0 && bytes.every(Number.isInteger)
    ? `the bytes of "${Buffer.from(bytes).toString()}"`
    : JSON.stringify(value);
};

const ownReplies = invariant('a reply belongs to what was asked', ({ history }) => {
  const [{ outcome, value } = {}] = history.named('transaction');
  if (outcome !== 'ok' || value === null) return;
  const isOwn = Array.isArray(value) && value.length === 2 && value.every(([, reply]) => reply === 'OK');
  if (!isOwn) return { expected: 'OK for each SET of the transaction', observed: text(value) };
});

const made = (name, Redis) =>
  scenario({
    name,
    createClient: (clientOptions) => new Redis(clientOptions),
    workers: worker,
    workerCount: 1,
    faults: { kinds: [{ kind: 'pipeline-cut', replies: 2, at: { command: 'MULTI' } }] },
    invariants: [ownReplies],
  });

export const pair = lab({
  id: 'ioredis-transaction',
  title: 'A transaction that is cut off gets the reply of a later command',
  variants: [
    {
      name: 'buggy',
      title: 'ioredis 4.16.0',
      scenario: made('ioredis 4.16.0', Buggy),
      expect: { kind: 'breaks', invariant: ownReplies.id },
    },
    {
      name: 'fixed',
      title: 'ioredis 4.16.1',
      scenario: made('ioredis 4.16.1', Fixed),
      expect: { kind: 'holds' },
    },
  ],
});
