import { expect, test } from 'vitest';
import { shareWidths } from './widths.js';

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
