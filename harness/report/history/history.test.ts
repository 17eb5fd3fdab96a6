import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { widthOf } from '../../base/text.js';
import { noLostUpdate } from '../../check/invariants.js';
import { invariant } from '../../check/invariant.js';
import { Environment } from '../../execution/host/environment.js';
import { explore } from '../../explore/explore.js';
import type { RaceRecord } from '../../record/format.js';
import { historyLines } from '../../record/history/lines.js';
import { parseRecord } from '../../record/read.js';
import { recordText } from '../../record/text.js';
import { scenario } from '../../scenario/scenario.js';
import type { Scenario } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { renderHistory } from './history.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

/** What is found, as it comes back from its file. */
async function found(cast: Scenario): Promise<RaceRecord> {
  const { record, message } = await explore(cast, { session: environment, strategy: 'systematic' });
  expect(record?.history, message).toBeDefined();
  const read = parseRecord(recordText(record!), 'x.json');
  expect(read.history).toEqual(record!.history);
  return read;
}

/** A payment that runs twice, in a transaction, after a lost reply; and one of which nobody knows. */
const payments = scenario({
  name: 'a payment',
  workers: [
    async ({ redis, operation, sleep }) => {
      const pay = (): Promise<unknown> =>
        operation('pay', () => redis.multi().decrby('balance', 10).rpush('log', 'paid 10').exec(), {
          amount: 10,
        });
      await pay().catch(() => undefined);
      await sleep(50);
    },
  ],
  setup: ({ redis }) => redis.set('balance', 100),
  faults: { kinds: ['reset-after-apply'] },
  client: 'single-shot',
  invariants: [
    invariant('who pays knows that he paid', ({ history }) => {
      const unsure = history.named('pay').find(({ outcome }) => outcome === 'unknown');
      if (unsure !== undefined) return { expected: 'ok or failed', observed: unsure.outcome };
    }),
  ],
});

const twice = scenario({
  name: 'counted twice',
  workers: ({ redis, operation }) => operation('count', () => redis.incr('counter')),
  workerCount: 1,
  faults: { kinds: ['reset-after-apply'] },
  invariants: [
    invariant('counted once', async ({ redis }) => {
      const counter = await redis.get('counter');
      if (counter !== '1') return { expected: '1', observed: String(counter) };
    }),
  ],
});

const lost = scenario({
  name: 'lost update',
  workers: ({ redis, operation }) =>
    operation('increment', async () => {
      const value = Number(await redis.get('counter')) + 1;
      await redis.set('counter', value);
      return value;
    }),
  workerCount: 2,
  invariants: [noLostUpdate({ key: 'counter' })],
});

const waits = scenario({
  name: 'waits',
  workers: ({ redis, operation }) => operation('take a job from the queue', () => redis.blpop('jobs', 0)),
  workerCount: 1,
  invariants: [],
});

describe.each([
  ['payments', payments],
  ['twice', twice],
  ['lost', lost],
  ['waits', waits],
])('%s', (name, cast) => {
  let record: RaceRecord;
  beforeAll(async () => {
    record = await found(cast);
  });

  test.each([80, 120])('in two columns at %i', async (columns) => {
    const text = renderHistory(record, record.history!, { columns, colour: false });
    await expect(`${text}\n`).toMatchFileSnapshot(`golden/history-${name}.${columns}.txt`);
    for (const line of text.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });

  test('as lines', async () => {
    const tool = { ...record.tool, version: '1.0.0' };
    const lines = historyLines({ ...record, tool }, record.history!);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`golden/history-${name}.jsonl`);
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('type');
  });
});

test('a text that stands for a value is shown alone, and one among other properties is not', () => {
  const operation = { worker: 1, name: 'post', startStep: 0, startMs: 0, outcome: 'pending' as const };
  const operations = [
    { ...operation, start: 1, input: { text: 'Map(0) {}' } },
    { ...operation, start: 2, input: { text: 'hello', to: 'ada' } },
  ];
  const verdict = { kind: 'breaks' as const, invariant: 'i', expected: '', observed: '' };
  const history = { operations, commands: [], faults: [], ends: [] };
  const text = renderHistory({ scenario: 's', verdict }, history, { columns: 120, colour: false });
  expect(text).toContain('post Map(0) {} begins');
  expect(text).toContain('post {"text":"hello","to":"ada"} begins');
});

test('what somebody else wrote moves no cursor, and a long history is cut', () => {
  const command = {
    worker: 1,
    call: 'w1.1',
    connection: 'w1',
    step: 1,
    atMs: 0,
    applied: true,
    answered: true,
  };
  const commands = Array.from({ length: 3000 }, (_, at) => ({
    ...command,
    at: at + 1,
    command: ['SET', 'k', '\u001B[31mred\n'],
    reply: '\u001B[2J',
    effect: 'ran' as const,
  }));
  const verdict = { kind: 'breaks' as const, invariant: 'i', expected: '', observed: '\u001B[1m' };
  const history = { operations: [], commands, faults: [], ends: [] };
  const text = renderHistory({ scenario: 's', verdict }, history, { columns: 80, colour: false });
  // oxlint-disable-next-line no-control-regex
  expect(text).not.toMatch(/\u001B/);
  expect(text.split('\n').length).toBeLessThan(2020);
  expect(text).toContain('… 1,000 more events');
});
