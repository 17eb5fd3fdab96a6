import { ScenarioError } from './errors.js';
import type { Exercise } from './lesson/exercise.js';
import type { Measurement } from './lesson/measurement.js';
import type { Scenario } from './types.js';

/**
 * The verdict that a variant is there to show.
 *
 * @public
 */
export type Expectation =
  | { readonly kind: 'holds' }
  | { readonly kind: 'breaks'; readonly invariant: string }
  | { readonly kind: 'hangs' };

/**
 * One way to write the code of a lab, and what it is expected to do.
 *
 * @public
 */
export interface Variant {
  /** Short name, as on the command line: `get-set`. */
  readonly name: string;
  /** What it shows, in one line. */
  readonly title: string;
  /** What is run. */
  readonly scenario: Scenario;
  /** The verdict that it must get. */
  readonly expect: Expectation;
  /** Preemptions at most in the systematic search; default: the explorer's. */
  readonly preemptions?: number;
  /** It gives away how to mend another one: `list` shows it only to those who ask. Default: false. */
  readonly solution?: boolean;
}

/**
 * A folder with a lesson and variants.
 *
 * @public
 */
export interface Lab {
  /** Name of its folder: `01-lost-update`. */
  readonly id: string;
  /** What it is about, in a few words. */
  readonly title: string;
  /** Real time at most for each variant, in seconds; default: the explorer's. */
  readonly seconds?: number;
  /** In the order in which they are told. */
  readonly variants: readonly Variant[];
  /** What is measured and not explored; it comes after the variants. */
  readonly measurements?: readonly Measurement[];
  /** What learners do, and how it is seen that it is done. */
  readonly exercise?: Exercise;
}

/**
 * Describes a lab.
 *
 * @throws ScenarioError when two variants or measurements have one name
 * @example
 * ```ts
 * import { scenario } from 'redis-race-lab';
 * import { lab } from 'redis-race-lab/lab';
 *
 * const views = scenario({ name: 'views', workers: ({ redis }) => redis.incr('views'), invariants: [] });
 * const counting = lab({
 *   id: '01-counting',
 *   title: 'Counting',
 *   variants: [{ name: 'incr', title: 'One command', scenario: views, expect: { kind: 'holds' } }],
 * });
 * console.log(counting.variants.length); // 1
 * ```
 * @public
 */
export function lab(description: Lab): Lab {
  const { variants, measurements = [] } = description;
  const names = [...variants, ...measurements].map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new ScenarioError(`lab ${description.id} has two variants called "${twice}"`);
  return description;
}

/**
 * Is this the verdict that was expected?
 *
 * @example
 * ```ts
 * import { asExpected } from 'redis-race-lab/lab';
 *
 * console.log(asExpected({ kind: 'hangs', invariant: undefined }, { kind: 'holds' })); // false
 * ```
 * @public
 */
export function asExpected(
  verdict: { readonly kind: string; readonly invariant: string | undefined },
  expected: Expectation,
): boolean {
  if (verdict.kind !== expected.kind) return false;
  return expected.kind !== 'breaks' || expected.invariant === verdict.invariant;
}

/**
 * An expectation in words: `holds`, `breaks "mutual exclusion"`, `hangs`.
 *
 * @example
 * ```ts
 * import { describeExpectation } from 'redis-race-lab/lab';
 *
 * console.log(describeExpectation({ kind: 'breaks', invariant: 'mutual exclusion' })); // breaks "mutual exclusion"
 * ```
 * @public
 */
export function describeExpectation(expected: Expectation): string {
  return expected.kind === 'breaks' ? `breaks "${expected.invariant}"` : expected.kind;
}
