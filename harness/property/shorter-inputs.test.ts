import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shorterInputs } from './shorter-inputs.js';

describe('shorterInputs', () => {
  test('should take one element from one array, the last first', () => {
    expect([...shorterInputs([[1], [2, 3]])]).toEqual([
      [[1]],
      [[2, 3]],
      [[], [2, 3]],
      [[1], [2]],
      [[1], [3]],
    ]);
  });

  test('should look into plain objects, and keep what they are', () => {
    const bare = Object.assign(Object.create(null) as object, { list: [1], name: 'x' });
    const [shorter, ...others] = [...shorterInputs({ deep: bare })] as { deep: { list: number[] } }[];
    expect(others).toEqual([]);
    expect(Object.getPrototypeOf(shorter!.deep)).toBeNull();
    expect({ ...shorter!.deep }).toEqual({ list: [], name: 'x' });
    expect(bare).toHaveProperty('list', [1]);
  });

  test('should have nothing for what holds no array', () => {
    for (const input of [1, 'text', null, undefined, new Map([[1, [2]]]), new Date(0), { a: { b: 1 } }])
      expect([...shorterInputs(input)]).toEqual([]);
  });

  test('should give each of them one entry fewer', () => {
    const size = (text: string): number => text.split('[').length + text.split('7').length;
    fc.assert(
      fc.property(fc.array(fc.array(fc.constant(7))), (input) => {
        for (const shorter of shorterInputs(input))
          expect(size(JSON.stringify(shorter))).toBeLessThan(size(JSON.stringify(input)));
      }),
    );
  });
});
