import { claimFailed, isVerdict, passes, passLine, type Claim } from './outcome.js';
import { isQuiet } from './quiet.js';
import type { Verdict } from '../record/verdict.js';
import type { View } from '../report/text/layout.js';

/**
 * What the matchers add to `expect(verdict)`. A verdict of *incomplete* or *error* passes none of them, and none with `not`
 * before it: nothing is known.
 *
 * @public
 */
export interface RaceMatchers<R = unknown> {
  /** The scenario holds: everything within the bounds was tried (or sampled) and nothing is wrong. */
  toHold(): R;
  /** The scenario breaks; with a name, that it breaks this invariant. */
  toBreak(invariant?: string): R;
  /** Some worker never comes to an end. */
  toHang(): R;
}

/** The part of a matcher's `this` that is needed. */
interface MatcherState {
  readonly isNot?: boolean;
}

/** What a matcher comes to, in Vitest and in Jest. */
interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** A matcher, for `expect.extend` of Vitest and of Jest. @internal */
export type Matcher = (this: MatcherState, given: unknown, invariant?: string) => MatcherResult;

/** How a test runner shows things. @internal */
export interface Showing {
  /** Where messages of failing assertions will be read. */
  readonly view: () => View;
  /** What this runner does to a message, undone; default: nothing. */
  readonly paint?: (message: string) => string;
  /** Writes the line of a pass. */
  readonly line: (text: string) => void;
  /** Is told what a test says of a verdict. */
  readonly claimed?: (verdict: Verdict, claim: Claim) => void;
}

/** The matchers for `expect.extend` of Vitest and of Jest. @internal */
export function matchersFor(showing: Showing): Record<keyof RaceMatchers, Matcher> {
  return {
    toHold: matcher('toHold', 'holds', showing),
    toBreak: matcher('toBreak', 'breaks', showing),
    toHang: matcher('toHang', 'hangs', showing),
  };
}

function matcher(name: string, kind: Claim['kind'], { view, paint = same, line, claimed }: Showing): Matcher {
  return function (given, invariant) {
    // A promise that nobody awaits, or undefined.
    if (!isVerdict(given))
      throw new TypeError(`${name}() wants a verdict: expect(await explore(scenario)).${name}()`);
    const isNot = this.isNot === true;
    const claim = { kind, invariant, isNot };
    claimed?.(given, claim);
    const passed = passes(given, claim);
    if (passed && given.kind === 'holds' && !isQuiet()) line(passLine(given));
    // With `not`, what a matcher calls a pass is a failure.
    return { pass: passed !== isNot, message: () => paint(claimFailed(given, claim, view())) };
  };
}

function same(message: string): string {
  return message;
}
