import { expect, test } from 'vitest';
import { BUILT_IN_INVARIANTS } from './built-in.js';

test('the ids of built-in invariants should stay what kept records and tests of users say', () => {
  expect(BUILT_IN_INVARIANTS).toEqual([
    'every worker settles',
    'the event loop turns',
    'comes back after a fault',
    'no uncaught error',
  ]);
});
