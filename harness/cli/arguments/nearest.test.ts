import { describe, expect, test } from 'vitest';
import { editDistance, nearest } from './nearest.js';

describe('nearest', () => {
  test('counts insertions, deletions, replacements and swaps', () => {
    expect([
      editDistance('', 'abc'),
      editDistance('abc', 'abc'),
      editDistance('abc', 'acb'),
      editDistance('abcd', 'bcx'),
    ]).toEqual([3, 0, 1, 2]);
  });

  test('finds what was meant, or nothing', () => {
    const names = ['01-lost-update', '03-lock-acquisition'];
    expect(nearest('01-lots-update', names)).toBe('01-lost-update');
    expect(nearest('LOST', names)).toBe('01-lost-update');
    expect(nearest('failover', names)).toBeUndefined();
    expect(nearest('x', [])).toBeUndefined();
  });
});
