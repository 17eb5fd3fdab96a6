import { expect, test } from 'vitest';
import { compareWithBruteForce } from './testing/compare.js';
import { COMPARED } from './testing/references.js';

test.each(Object.keys(COMPARED))('%s: the search should agree with trying every order', (name) => {
  const { legal, illegal, wrong } = compareWithBruteForce(name, 300);
  expect(wrong).toEqual([]);
  expect(Math.min(legal, illegal)).toBeGreaterThan(30);
});
