import { describe, expect, test } from 'vitest';
import { ScenarioError } from '../../base/scenario-error.js';
import type { CheckedOperation } from './calls.js';
import { checkLinearizable, checkSequential } from './check.js';
import { linearizable } from './invariant.js';
import { model, perKey } from './model.js';
import { queueModel, setModel } from './models/collections.js';
import { leaseModel, mutexModel } from './models/locks.js';
import { casRegisterModel, counterModel, registerModel } from './models/registers.js';

/** Operations one after the other. */
function serial(...operations: readonly Partial<CheckedOperation>[]): CheckedOperation[] {
  return operations.map((one, at) => ({ worker: 1, name: 'read', start: 2 * at, end: 2 * at + 1, ...one }));
}

describe('an operation that nobody knows the outcome of', () => {
  const [write, read] = [{ name: 'write', input: 1 }, { name: 'read' }];
  test.each([
    ['may have happened', { outcome: 'unknown' }, 1, 'ok'],
    ['may never have', { outcome: 'unknown' }, null, 'ok'],
    ['that never ended may have happened', { outcome: 'pending', end: Infinity }, 1, 'ok'],
    ['one that failed did not happen', { outcome: 'failed' }, 1, 'illegal'],
  ] as const)('%s', (_, how, value, kind) => {
    expect(checkLinearizable(serial({ ...write, ...how }, { ...read, value }), registerModel()).kind).toBe(
      kind,
    );
  });

  test('may happen late, but only once', () => {
    const values = [null, 1, null];
    const reads = values.map((value) => ({ ...read, value }));
    expect(checkLinearizable(serial({ ...write, outcome: 'unknown' }, ...reads), registerModel()).kind).toBe(
      'illegal',
    );
  });

  test('many of the same kind cost little: the first of them comes first', () => {
    const lost = Array.from({ length: 200 }, () => ({ name: 'increment', outcome: 'unknown' as const }));
    const { kind, steps } = checkLinearizable(serial(...lost, { value: 500 }), counterModel());
    expect(kind).toBe('illegal');
    expect(steps).toBeLessThan(25_000);
  });
});

test('what is illegal is explained', () => {
  const history = serial(
    { name: 'write', input: { key: 'a', value: 1 } },
    { name: 'write', input: { key: 'b', value: 2 } },
    { worker: 2, input: { key: 'b' }, value: 1 },
  );
  const found = checkLinearizable(history, perKey(registerModel()));
  expect(found).toMatchObject({
    kind: 'illegal',
    message:
      "b: after w1 write { key: 'b', value: 2 }, w2 read { key: 'b' } → 1 cannot come: it would have returned 2",
    parts: [
      { key: 'a', kind: 'ok' },
      { key: 'b', kind: 'illegal', order: [history[1]], refused: [{ operation: history[2] }] },
    ],
  });
});

test('keys are not apart where only the order of each worker counts', () => {
  // Each key by itself is fine, and there is no order of both.
  const keyed = (key: string, more: object): object => ({ input: { key, ...more } });
  const history = serial(
    { name: 'write', ...keyed('a', { value: 1 }) },
    { ...keyed('b', {}), value: null },
    { worker: 2, name: 'write', ...keyed('b', { value: 1 }) },
    { worker: 2, ...keyed('a', {}), value: null },
  );
  expect(checkSequential(history, perKey(registerModel()))).toMatchObject({ kind: 'illegal', parts: [{}] });
});

test('a budget that is used up is no answer', () => {
  const history = serial({ name: 'write', input: 1 }, { value: 1 });
  expect(checkLinearizable(history, registerModel(), { stepsMax: 1 })).toMatchObject({
    kind: 'unknown',
    message: 'nobody knows: 1 step did not decide about 2 operations',
  });
  expect(checkLinearizable([], registerModel()).kind).toBe('nothing');
});

test('a model sees only what it says it looks at', () => {
  const owners = model<number>({ init: 0, step: (_, { worker }) => ({ state: worker }) });
  expect(() => checkLinearizable(serial({}), owners)).toThrow(
    "looks at worker says so: model({ looksAt: ['worker']",
  );
});

describe('a lock with a lease', () => {
  const at = (ms: number, more: Partial<CheckedOperation>): Partial<CheckedOperation> => ({
    name: 'acquire',
    startMs: ms,
    endMs: ms,
    ...more,
  });
  test.each<[string, string, Partial<CheckedOperation>[]]>([
    [
      'ok',
      'handed over',
      [at(0, { value: 1 }), at(5, { name: 'release', value: 1 }), at(6, { worker: 2, value: 2 })],
    ],
    ['illegal', 'given to two', [at(0, { value: 1 }), at(100, { worker: 2, value: 2 })]],
    ['ok', 'given to another one when it is over', [at(0, { value: 1 }), at(101, { worker: 2, value: 2 })]],
    ['illegal', 'a token that was given before', [at(0, { value: 2 }), at(101, { worker: 2, value: 2 })]],
    [
      'ok',
      'refused because of one who does not know',
      [at(0, { outcome: 'unknown' }), at(5, { worker: 2, value: null })],
    ],
    [
      'ok',
      'given in spite of one who may not have it',
      [at(0, { outcome: 'unknown' }), at(5, { worker: 2, value: 1 })],
    ],
    ['illegal', 'extended too late', [at(0, { value: 1 }), at(101, { name: 'extend', value: 1 })]],
    [
      'ok',
      'extended in time',
      [at(0, { value: 1 }), at(90, { name: 'extend', value: 1 }), at(150, { worker: 2, value: null })],
    ],
    [
      'illegal',
      'an old token is taken',
      [at(0, { name: 'use', input: 2 }), at(0, { name: 'use', input: 1, value: true })],
    ],
    [
      'ok',
      'an old token is refused',
      [at(0, { name: 'use', input: 2 }), at(0, { name: 'use', input: 1, value: false })],
    ],
    [
      'ok',
      'it may be over within an operation',
      [at(0, { value: 1 }), { ...at(50, { worker: 2, value: 2 }), endMs: 120 }],
    ],
    [
      'illegal',
      'another owner’s token',
      [at(0, { input: 't1', value: true }), at(1, { name: 'release', input: 't2', value: 1 })],
    ],
  ])('%s: %s', (kind, _, operations) => {
    expect(checkLinearizable(serial(...operations), leaseModel({ leaseMs: 100 })).kind).toBe(kind);
  });
});

type Call = (...given: unknown[]) => unknown;

test.each<[() => unknown, string]>([
  [
    () => (linearizable as Call)(),
    'linearizable: it takes a model, as registerModel() or model({ init, step }), not undefined',
  ],
  [
    () => (linearizable as Call)(registerModel(), { steps: 1 }),
    'linearizable has no option "steps"; it has stepsMax',
  ],
  [
    () => (checkLinearizable as Call)([], registerModel(), { stepsMax: 0 }),
    '"stepsMax" is a whole number, 1 or more, not 0',
  ],
  [() => (checkSequential as Call)([], {}), 'checkSequential: it takes a model'],
  [() => (checkLinearizable as Call)('x', registerModel()), "a history, or a list of operations, not 'x'"],
  [
    () => (checkLinearizable as Call)([{ name: 'read' }], registerModel()),
    'says worker, name, start and end',
  ],
  [() => (model as Call)(), 'model: it takes an object with init and step'],
  [() => (model as Call)({ init: 0 }), '"step" is a function'],
  [() => (model as Call)({ step: Boolean }), '"init", the state that it begins with, is missing'],
  [() => (model as Call)({ init: 0, step: Boolean, looksAt: 'worker' }), "a list of 'worker' and 'times'"],
  [
    () => checkLinearizable(serial({}), (model as (o: object) => never)({ init: 0, step: () => true })),
    'returned true',
  ],
  [() => (perKey as Call)(7), 'perKey: it takes a model'],
  [
    () => checkLinearizable(serial({}), perKey(registerModel())),
    'the input of "read" is { key, value }, not undefined',
  ],
  [() => registerModel({ read: '' }), '"read" is the name of an operation'],
  [() => (registerModel as Call)({ cas: 'x' }), 'registerModel has no option "cas"'],
  [() => casRegisterModel({ cas: 'read' }), 'two of its operations have the same name'],
  [() => (counterModel as Call)({ init: '1' }), '"init" is a number'],
  [() => (leaseModel as Call)({}), '"leaseMs" is a time in ms, more than 0, not undefined'],
  [() => (mutexModel as Call)({ lock: 'x' }), 'mutexModel has no option "lock"'],
  [() => (queueModel as Call)({ pop: 1 }), '"pop" is the name of an operation'],
  [() => (setModel as Call)({ read: true }), '"read" is the name of an operation'],
])('what makes no sense is refused: %o', (call, message) => {
  expect(call).toThrow(ScenarioError);
  expect(call).toThrow(message);
});
