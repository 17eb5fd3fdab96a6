import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitWords, shareWidths } from './widths.js';

test('everybody gets what they want when there is room', () => {
  expect(shareWidths([3, 5], 20, [1, 1])).toEqual([3, 5]);
});

test('the widest give way first', () => {
  expect(shareWidths([3, 20, 10], 20, [1, 1, 1])).toEqual([3, 8, 9]);
});

test('nobody falls below their least width, or there is no answer', () => {
  expect(shareWidths([10, 10], 15, [9, 1])).toEqual([9, 6]);
  expect(shareWidths([10, 10], 15, [9, 9])).toBeUndefined();
  expect(shareWidths([4, 10], 12, [9, 7])).toEqual([4, 8]);
});

/** One column at a time. */
function oneByOne(
  wanted: readonly number[],
  available: number,
  least: readonly number[],
): number[] | undefined {
  const floors = wanted.map((width, at) => Math.min(width, least[at]!));
  const widths = [...wanted];
  for (let excess = widths.reduce((sum, width) => sum + width, 0) - available; excess > 0; excess--) {
    const wide = widths.map((width, at) => (width > floors[at]! ? width : -1));
    const widest = wide.indexOf(Math.max(...wide));
    if (wide[widest] === -1) return undefined;
    widths[widest]! -= 1;
  }
  return widths;
}

test('all give way down to the same width, as if they did so one by one', () => {
  const column = fc.tuple(fc.nat(30), fc.nat(12));
  fc.assert(
    fc.property(fc.array(column, { minLength: 1, maxLength: 6 }), fc.nat(120), (columns, available) => {
      const [wanted, least] = [columns.map(([width]) => width), columns.map(([, floor]) => floor)];
      expect(shareWidths(wanted, available, least)).toEqual(oneByOne(wanted, available, least));
    }),
  );
});

test('a token gives way before words do', () => {
  const words = ['SET', 'lock:1', 'w1:177b7717-b671-403d-a09d-bb92a0cd4eb5', 'PX', '1000', 'NX'];
  expect(fitWords(words, 40)).toBe('SET lock:1 w1:177b7… PX 1000 NX');
  expect(fitWords(words, 80)).toBe(words.join(' '));
});

test('options at the end of a command are what a narrow cell keeps, and the key of a script', () => {
  const take = ['SET', 'lock:1', 'w1:177b7717-b671-403d-a09d-bb92a0cd4eb5', 'PX', '1000', 'NX'];
  expect([24, 20, 16, 12, 10].map((width) => fitWords(take, width))).toEqual([
    'SET lock:1 … PX 1000 NX',
    'SET lock:1 … 1000 NX',
    'SET lock:1 … NX',
    'SET lock… NX',
    'SET lock:…',
  ]);
  // What it writes is no option.
  expect(fitWords(['HSET', 'user:1', 'name', 'Alice in Wonderland', 'age', '7'], 20)).toBe(
    'HSET user:1 name Al…',
  );
  const script = ['EVAL', '"if redis.call(\'get\', KEYS[1]) …"', '1', 'lock:order-7', 'w1:177b7717'];
  expect([23, 19].map((width) => fitWords(script, width))).toEqual([
    'EVAL "if … lock:order-7',
    'EVAL "if … lock:or…',
  ]);
});
