import { expect, test } from 'vitest';
import { fold } from './fold.js';
import type { StepRow } from './rows.js';

function rows(...actions: string[]): StepRow[] {
  return actions.map((action, at) => ({
    step: { n: at + 1, worker: 1, kind: 'command', id: `w1.${at + 1}`, atMs: at },
    n: at + 1,
    mark: '',
    unrelated: action.startsWith('?'),
    worker: 1,
    action: [action],
    reply: '',
    value: [],
    changed: false,
    source: '',
    time: `${at} ms`,
    left: undefined,
    asides: [],
  }));
}

function shape(...actions: string[]): string {
  return fold(rows(...actions))
    .map((folded) =>
      'row' in folded ? folded.row.action[0] : `(${folded.why} ${folded.count}: ${folded.from}-${folded.to})`,
    )
    .join(' ');
}

test('short sequences stay as they are', () => {
  expect(shape()).toBe('');
  expect(shape('a', 'b', 'a', 'b')).toBe('a b a b');
});

test('a loop is shown once, however long its body', () => {
  expect(shape('x', 'a', 'a', 'a', 'y')).toBe('x a (again 2: 3-4) y');
  expect(shape('a', 'b', 'a', 'b', 'a', 'b', 'a')).toBe('a b (again 2: 3-6) a');
});

test('a step of the critical pair is always shown', () => {
  const loop = rows('a', 'a', 'a', 'a', 'a', 'a', 'a').map((row) =>
    row.n === 4 ? { ...row, mark: '⇄' } : row,
  );
  const shown = fold(loop).flatMap((one) => ('row' in one ? [one.row.n] : []));
  expect(shown).toEqual([1, 4, 5]);
});

test('rows that differ in anything but number and time are not the same', () => {
  const [first, second, third] = rows('a', 'a', 'a');
  const other = { ...second!, reply: '→ 2' };
  expect(fold([first!, other, third!]).length).toBe(3);
});

test('steps that do not matter are one line, unless all are wanted or there is just one', () => {
  expect(shape('a', '?b', '?c', '?d', 'e')).toBe('a (unrelated 3: 2-4) e');
  expect(shape('a', '?b', 'c')).toBe('a ?b c');
  expect(fold(rows('a', '?b', '?c'), true).length).toBe(3);
});

test('good-byes are one line at the end, wherever they come', () => {
  const quit = (...at: number[]): StepRow[] =>
    rows('a', 'b', 'c', 'd').map((row) =>
      at.includes(row.n) ? { ...row, action: ['QUIT'], unrelated: true } : row,
    );
  const folded = (from: StepRow[]): unknown[] => fold(from).map((one) => ('row' in one ? one.row.n : one));
  expect(folded(quit(2, 4))).toEqual([1, 3, { why: 'quit', count: 2, from: 2, to: 4 }]);
  expect(folded(quit(4))).toEqual([1, 2, 3, { why: 'quit', count: 1, from: 4, to: 4 }]);
  // One that the failure depends on stays.
  expect(folded(quit(4).map((row) => ({ ...row, unrelated: false })))).toEqual([1, 2, 3, 4]);
});
