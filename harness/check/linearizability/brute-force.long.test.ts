import { expect, test } from 'vitest';
import { compareWithBruteForce } from './testing/compare.js';
import { COMPARED } from './testing/references.js';

test.each(Object.keys(COMPARED))('%s: 5,000 histories, as by trying every order', (name) => {
  const { legal, illegal, wrong } = compareWithBruteForce(name, 5000);
  expect(wrong).toEqual([]);
  expect(Math.min(legal, illegal)).toBeGreaterThan(500);
});
