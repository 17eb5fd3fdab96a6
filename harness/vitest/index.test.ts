import { describe, expect, test } from 'vitest';
import { noLostUpdate } from '../check/invariants.js';
import { explore } from '../explore/explore.js';
import { scenario } from '../scenario/scenario.js';
import type { WorkerBody } from '../scenario/types.js';
// oxlint-disable-next-line import/no-unassigned-import -- as its users do
import './index.js';

const body: WorkerBody = ({ redis, operation }) => operation('increment', () => redis.incr('c'));
const lossy: WorkerBody = ({ redis, operation }) =>
  operation('increment', async () => redis.set('c', Number(await redis.get('c')) + 1));
const invariants = [noLostUpdate({ key: 'c' })];

const holds = scenario({ name: 'counter', workers: body, invariants });
const breaks = scenario({ name: 'counter', workers: lossy, invariants });
const hangs = scenario({
  name: 'waits',
  workers: () => new Promise<void>(() => {}),
  workerCount: 1,
  invariants: [],
});
const endless = scenario({
  name: 'loop',
  workers: async ({ redis }) => {
    while ((await redis.incr('tries')) > 0);
  },
  workerCount: 1,
  maxSteps: 10,
  invariants: [],
});

describe('matchers', () => {
  test('pass when the verdict is as expected', async () => {
    expect(await explore(holds)).toHold();
    expect(await explore(breaks)).toBreak();
    expect(await explore(breaks)).toBreak('no lost update');
    expect(await explore(hangs)).toHang();
    expect(await explore(breaks)).not.toHold();
  });

  test('say what came out instead, with the whole failure', async () => {
    const [held, broke] = [await explore(holds), await explore(breaks)];
    expect(() => expect(broke).toHold()).toThrow(
      /^expected "counter" to hold, but it breaks: no lost update: .*\n\n✗ Lost update on c: /,
    );
    expect(() => expect(broke).toBreak('at most once')).toThrow(
      'to break "at most once", but it breaks: no lost',
    );
    expect(() => expect(held).toBreak()).toThrow('expected "counter" to break, but it holds: all ');
    expect(() => expect(held).toHang()).toThrow('expected "counter" to hang, but it holds');
    expect(() => expect(held).not.toHold()).toThrow('expected "counter" not to hold, but it holds');
  });

  test('never take what is incomplete for a pass, and name the loop', async () => {
    const verdict = await explore(endless);
    expect(() => expect(verdict).toHold()).toThrow(
      /^expected "loop" to hold, but it is incomplete: .* w1 repeats INCR tries \(10 times\)/,
    );
    const unknown = ' but it is incomplete: ';
    expect(() => expect(verdict).not.toHold()).toThrow(unknown);
    expect(() => expect(verdict).toBreak()).toThrow(unknown);
    expect(() => expect(verdict).not.toBreak()).toThrow('expected "loop" not to break,' + unknown);
    expect(() => expect(verdict).toHang()).toThrow(unknown);
    expect(() => expect(verdict).not.toHang()).toThrow(unknown);
  });

  test('nor what could not have gone wrong', async () => {
    const workers: WorkerBody[] = [({ redis }) => redis.incr('a'), ({ redis }) => redis.incr('b')];
    const apart = await explore(scenario({ name: 'apart', workers, invariants: [] }));
    expect(() => expect(apart).toHold()).toThrow(/^expected "apart" to hold, .*: .* but nothing raced: /);
    expect(() => expect(apart).not.toBreak()).toThrow(/^expected "apart" not to break, .* nothing raced: /);
  });

  test('refuse what is no verdict, such as a promise that nobody awaits', async () => {
    const verdict = explore(holds);
    expect(() => expect(verdict).toHold()).toThrow(
      'toHold() wants a verdict: expect(await explore(scenario)).toHold()',
    );
    expect(() => expect(undefined).toBreak()).toThrow('toBreak() wants a verdict');
    await verdict;
  });
});
