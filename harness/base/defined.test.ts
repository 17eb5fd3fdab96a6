import { expect, expectTypeOf, test } from 'vitest';
import { defined } from './defined.js';

test('should leave out what is undefined, and nothing else', () => {
  const kept = defined({ a: 1, b: undefined, c: null, d: 0, e: '', f: false });
  expect(Object.entries(kept)).toEqual([
    ['a', 1],
    ['c', null],
    ['d', 0],
    ['e', ''],
    ['f', false],
  ]);
});

test('should make optional what may be undefined', () => {
  const maybe = (): number | undefined => 1;
  expectTypeOf(defined({ a: 'x', b: maybe() })).toExtend<{ readonly a: string; readonly b?: number }>();
});
