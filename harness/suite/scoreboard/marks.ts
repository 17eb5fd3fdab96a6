import type { HazardOutcome } from '../run/result.js';

/** Nothing is said by colour alone. @internal */
export const HAZARD_MARKS: Readonly<Record<HazardOutcome, string>> = {
  pass: '✓',
  fail: '✗',
  'not applicable': '–',
  unknown: '?',
};
