import { describe, expect, test } from 'vitest';
import { Prng } from '../../base/prng.js';
import type { CheckedOperation } from '../linearizability/calls.js';
import { checkLedger } from './check.js';
import { bruteForceLedger, generatedLedger } from './testing/generated.js';

/** Operations one behind the other, unless they say when. */
function history(...operations: readonly Partial<CheckedOperation>[]): CheckedOperation[] {
  return operations.map((one, at) => ({
    worker: 1,
    name: 'append',
    start: 10 * at,
    end: 10 * at + 5,
    ...one,
  }));
}

const append = (worker: number, input: unknown): Partial<CheckedOperation> => ({
  worker,
  name: 'append',
  input,
});
const read = (worker: number, ...value: unknown[]): Partial<CheckedOperation> => ({
  worker,
  name: 'read',
  value,
});
const txn = (worker: number, input: unknown, ...value: unknown[]): Partial<CheckedOperation> => ({
  worker,
  name: 'transaction',
  input,
  value,
});
const whole = { start: 0, end: 100 };

describe('anomalies', () => {
  test.each<[string, CheckedOperation[], string]>([
    [
      'lost append',
      history(append(1, 'a'), append(1, 'b'), read(2, 'a')),
      "w2 read → ['a'] comes before w1 append 'b', since it did not see 'b'; w1 append 'b' comes before w2 read → ['a'], which began when it had ended. No order does all of that",
    ],
    [
      'stale read',
      history(append(1, 'a'), append(1, 'b'), read(2, 'a'), read(2, 'a', 'b')),
      "since it did not see 'b'",
    ],
    ['phantom', history(read(2, 'a')), "w2 read → ['a'] has 'a', which nobody appended"],
    ['duplicate', history(append(1, 'a'), read(2, 'a', 'a')), "w2 read → ['a', 'a'] has 'a' twice"],
    [
      'aborted read',
      history({ ...append(1, 'a'), outcome: 'failed' }, read(2, 'a')),
      "although w1 append 'a' → ? failed, with no effect",
    ],
    [
      'two orders',
      history(
        { ...append(1, 'a'), ...whole },
        { ...append(2, 'b'), ...whole },
        read(3, 'a', 'b'),
        read(4, 'b', 'a'),
      ),
      "w3 read → ['a', 'b'] and w4 read → ['b', 'a'] do not agree on one order",
    ],
    [
      'order against time',
      history(append(1, 'a'), append(2, 'b'), read(3, 'b', 'a')),
      "w2 append 'b' comes before w1 append 'a', which appended 'a' behind it",
    ],
    [
      'write skew',
      history(
        {
          ...txn(
            1,
            [
              { key: 'x', read: true },
              { key: 'y', append: 1 },
            ],
            [],
          ),
          value: [[], 1],
          ...whole,
        },
        {
          ...txn(
            2,
            [
              { key: 'y', read: true },
              { key: 'x', append: 2 },
            ],
            [],
          ),
          value: [[], 1],
          ...whole,
        },
      ),
      'since it did not see',
    ],
    [
      'read skew',
      history(
        {
          ...txn(1, [
            { key: 'x', append: 1 },
            { key: 'y', append: 2 },
          ]),
          value: [1, 1],
          ...whole,
        },
        {
          ...txn(2, [
            { key: 'x', read: true },
            { key: 'y', read: true },
          ]),
          value: [[1], []],
          ...whole,
        },
      ),
      'which saw 1 of it',
    ],
    [
      'write cycle',
      history(
        {
          ...txn(1, [
            { key: 'x', append: 1 },
            { key: 'y', append: 2 },
          ]),
          value: [1, 1],
          ...whole,
        },
        {
          ...txn(2, [
            { key: 'x', append: 3 },
            { key: 'y', append: 4 },
          ]),
          value: [1, 1],
          ...whole,
        },
        { ...txn(3, [{ key: 'x', read: true }]), value: [[1, 3]], ...whole },
        { ...txn(4, [{ key: 'y', read: true }]), value: [[4, 2]], ...whole },
      ),
      'behind it',
    ],
    [
      'circular information flow',
      history(
        {
          ...txn(1, [
            { key: 'x', append: 1 },
            { key: 'y', read: true },
          ]),
          value: [1, [2]],
          ...whole,
        },
        {
          ...txn(2, [
            { key: 'y', append: 2 },
            { key: 'x', read: true },
          ]),
          value: [1, [1]],
          ...whole,
        },
      ),
      'which saw',
    ],
    [
      'own append missing',
      history({
        ...txn(1, [
          { key: 'x', append: 1 },
          { key: 'x', read: true },
        ]),
        value: [1, []],
      }),
      'does not end with what it had appended itself',
    ],
    [
      'own appends reversed',
      history(
        {
          ...txn(1, [
            { key: 'x', append: 1 },
            { key: 'x', append: 2 },
          ]),
          value: [1, 1],
          ...whole,
        },
        { ...read(2, 2, 1), input: 'x', ...whole },
      ),
      'they were read the other way round',
    ],
  ])('%s', (anomaly, operations, words) => {
    const found = checkLedger(operations);
    expect(found.message).toContain(words);
    expect(found).toMatchObject({ kind: 'illegal', anomaly });
    expect(found.operations.length).toBeGreaterThan(0);
    expect(bruteForceLedger(operations.map(named), 'real time')).toBe(false);
  });

  test('a stale read is allowed where only the order of a worker counts, and one of its own not', () => {
    const stale = history(append(1, 'a'), append(1, 'b'), read(2, 'a'));
    expect(checkLedger(stale, { order: 'worker' }).kind).toBe('ok');
    const own = history(append(1, 'a'), append(1, 'b'), read(1, 'a'));
    expect(checkLedger(own, { order: 'worker' })).toMatchObject({ anomaly: 'lost append' });
  });

  test('a worker that has two under way at once said nothing of their order', () => {
    const during = history(
      { ...append(1, 'a'), start: 1, end: 10 },
      { ...read(1), start: 2, end: 3 },
      { ...read(1, 'a'), start: 10, end: 11 },
    );
    expect(checkLedger(during, { order: 'worker' }).kind).toBe('ok');
    const after = history({ ...append(1, 'a'), start: 1, end: 10 }, { ...read(1), start: 11, end: 12 });
    expect(checkLedger(after, { order: 'worker' })).toMatchObject({ anomaly: 'lost append' });
  });

  test('an append that nobody saw is lost, also for a reader that appends itself', () => {
    const input = [{ read: true }, { append: 'b' }];
    const lost = history(append(1, 'a'), { worker: 1, name: 'transaction', input, value: [[], 'b'] });
    expect(checkLedger(lost, { order: 'worker' })).toMatchObject({ anomaly: 'lost append' });
  });

  test('what nobody knows may have happened late, or never', () => {
    const unknown = { ...append(1, 'a'), outcome: 'unknown' as const };
    expect(checkLedger(history(unknown, read(2), read(2, 'a'))).kind).toBe('ok');
    expect(checkLedger(history(unknown, read(2))).kind).toBe('ok');
    expect(checkLedger(history(unknown, read(2, 'a'), read(3))).anomaly).toBe('stale read');
  });
});

/** The first key of a single ledger, as the brute force has it. */
function named(one: CheckedOperation): CheckedOperation {
  if (one.name === 'transaction') return { ...one, input: texts(one.input), value: texts(one.value) };
  return { ...one, input: texts(one.input), value: texts(one.value) };
}

function texts(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value ?? null, (_, one: unknown) => (typeof one === 'number' ? String(one) : one)),
  );
}

test.each([false, true])(
  'agrees with trying every order on generated histories, transactions: %s',
  (transactions) => {
    const counts = { ok: 0, illegal: 0, nothing: 0 };
    for (let seed = 1; seed <= 1500; seed++) {
      const operations = generatedLedger(seed, transactions);
      for (const order of ['real time', 'worker'] as const) {
        const { kind, message } = checkLedger(operations, { order });
        counts[kind] += 1;
        const has = bruteForceLedger(operations, order);
        expect(kind === 'illegal', `seed ${seed}, ${order}: ${message}\n${JSON.stringify(operations)}`).toBe(
          !has,
        );
      }
    }
    expect(Math.min(counts.ok, counts.illegal)).toBeGreaterThan(500);
  },
);

test('long runs: 20,000 operations of 20 workers, and one lost append among them', () => {
  const random = new Prng(1);
  const list: string[] = [];
  const operations = Array.from({ length: 20_000 }, (_, at): CheckedOperation => {
    const times = {
      worker: 1 + (at % 20),
      start: 10 * at - random.below(150),
      end: 10 * at + 1 + random.below(150),
    };
    if (at % 500 === 499) return { ...times, name: 'read', value: [...list] };
    list.push(`a${at}`);
    return { ...times, name: 'append', input: `a${at}` };
  });
  expect(checkLedger(operations).kind).toBe('ok');
  const gone = operations.map((one) =>
    one.name === 'read' ? { ...one, value: (one.value as string[]).filter((id) => id !== 'a7000') } : one,
  );
  const found = checkLedger(gone);
  expect(found.anomaly).toBe('lost append');
  expect(found.operations.map(({ name }) => name).sort()).toEqual(['append', 'read']);
  expect(found.message).toMatch(/since it did not see 'a7000'/);
  expect(found.message.length).toBeLessThan(2000);
});

test('what makes no sense is said', () => {
  const twice = history(append(1, 'a'), append(2, 'a'), read(1));
  expect(() => checkLedger(twice)).toThrow("what is appended to a ledger is unique: 'a' is appended twice");
  expect(() => checkLedger(history(append(1, 'a'), { name: 'read', value: 'a' }))).toThrow(
    'returns the list',
  );
  expect(() => checkLedger(history({ name: 'transaction', input: 'a' }))).toThrow(
    'is a list of { key, append }',
  );
  expect(() => checkLedger(history({ name: 'transaction', input: [{ key: 1 }], value: [1] }))).toThrow(
    'or reads',
  );
  expect(() => checkLedger(history(), { order: 'none' as never })).toThrow("is 'real time' or 'worker'");
  expect(() => checkLedger(history(), { red: 'x' } as never)).toThrow('has no option "red"');
  expect(() => checkLedger(history(), { read: 'append' })).toThrow('each its own');
  expect(() => checkLedger(7 as never)).toThrow('it takes a history');
  expect(() => checkLedger([null] as never)).toThrow(
    'an operation says worker, name, start and end, not null',
  );
  expect(() => checkLedger(history({ ...append(1, 'a'), start: 2, end: 1 }))).toThrow(
    'does not end before it starts',
  );
  expect(checkLedger(history(append(1, 'a')))).toMatchObject({ kind: 'nothing', checked: 1 });
});
