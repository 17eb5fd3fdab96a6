import { ScenarioError, type Scenario } from './scenario.js';
import type { Verdict } from './explore/verdict.js';

/** The verdict that a variant is there to show. */
export type Expectation =
  | { readonly kind: 'holds' }
  | { readonly kind: 'breaks'; readonly invariant: string }
  | { readonly kind: 'hangs' };

/** One way to write the code of a lab, and what it is expected to do. */
export interface Variant {
  /** Short name, as on the command line: `get-set`. */
  readonly name: string;
  /** What it shows, in one line. */
  readonly title: string;
  readonly scenario: Scenario;
  readonly expect: Expectation;
  /** Preemptions at most in the systematic search; default: the explorer's. */
  readonly preemptions?: number;
}

/** A folder with a lesson and variants. */
export interface Lab {
  /** Name of its folder: `01-lost-update`. */
  readonly id: string;
  readonly title: string;
  readonly variants: readonly Variant[];
}

/** Describes a lab. @throws ScenarioError when two variants have one name */
export function lab(description: Lab): Lab {
  const names = description.variants.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new ScenarioError(`lab ${description.id} has two variants called "${twice}"`);
  return description;
}

/** Is this the verdict that was expected? */
export function asExpected(verdict: Verdict, expected: Expectation): boolean {
  if (verdict.kind !== expected.kind) return false;
  return expected.kind !== 'breaks' || expected.invariant === verdict.invariant;
}

/** An expectation in words: `holds`, `breaks "mutual exclusion"`, `hangs`. */
export function describeExpectation(expected: Expectation): string {
  return expected.kind === 'breaks' ? `breaks "${expected.invariant}"` : expected.kind;
}
