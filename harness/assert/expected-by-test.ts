import type { Verdict } from '../record/verdict.js';
import type { Expectation } from '../scenario/lab.js';
import { passes, type Claim } from './outcome.js';

/** What a test expects that only says what is not to be, or that something breaks, whatever it is. */
const ANY = 'any invariant';

/**
 * What a test expects of a verdict, in the words of labs: what came out where that passes, else what was claimed.
 *
 * @param claim - undefined where the test says nothing of it by a matcher: then what came out is expected where the test passed
 * @internal
 */
export function expectedByTest(verdict: Verdict, claim: Claim | undefined, testPassed: boolean): Expectation {
  const passed = claim === undefined ? testPassed : passes(verdict, claim);
  const { kind, invariant } = verdict;
  if (passed && kind === 'hangs') return { kind };
  if (passed && kind === 'breaks') return { kind, invariant: invariant ?? ANY };
  if (passed || claim === undefined) return { kind: 'holds' };
  if (claim.isNot === true)
    return claim.kind === 'holds' ? { kind: 'breaks', invariant: ANY } : { kind: 'holds' };
  return claim.kind === 'breaks'
    ? { kind: 'breaks', invariant: claim.invariant ?? ANY }
    : { kind: claim.kind };
}
