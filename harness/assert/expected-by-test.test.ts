import { expect, test } from 'vitest';
import type { Verdict } from '../record/verdict.js';
import { asExpected } from '../scenario/lab.js';
import { expectedByTest } from './expected-by-test.js';
import { passes, type Claim } from './outcome.js';

const VERDICTS = [
  { kind: 'holds', invariant: undefined },
  { kind: 'breaks', invariant: 'a' },
  { kind: 'breaks', invariant: 'b' },
  { kind: 'hangs', invariant: 'every worker settles' },
] as readonly Partial<Verdict>[] as readonly Verdict[];

const CLAIMS: readonly Claim[] = [false, true].flatMap((isNot): Claim[] => [
  { kind: 'holds', isNot },
  { kind: 'hangs', isNot },
  { kind: 'breaks', isNot },
  { kind: 'breaks', invariant: 'a', isNot },
]);

test('what a test claims is met by a verdict exactly where the verdict is as expected', () => {
  for (const verdict of VERDICTS)
    for (const claim of CLAIMS)
      for (const testPassed of [false, true])
        expect(asExpected(verdict, expectedByTest(verdict, claim, testPassed)), JSON.stringify(claim)).toBe(
          passes(verdict, claim),
        );
});

test('without a claim, the test decides', () => {
  for (const verdict of VERDICTS) {
    expect(asExpected(verdict, expectedByTest(verdict, undefined, true))).toBe(true);
    expect(expectedByTest(verdict, undefined, false)).toEqual({ kind: 'holds' });
  }
});
