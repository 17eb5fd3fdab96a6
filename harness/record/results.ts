import type { Bounds, IdleFault, Verdict, VerdictKind } from '../explore/verdict.js';
import { asExpected, describeExpectation, type Expectation } from '../lab.js';
import { diagnose } from './diagnosis.js';
import type { ExecutionSize, RaceRecord } from './format.js';

/** Version of `results.json`. Fields may be added without a new version; none changes its meaning. */
export const RESULTS_FORMAT = 1;

/** What one variant came to, with what is needed to show it. */
export interface VariantResult {
  readonly lab: string;
  readonly variant: string;
  readonly expect: Expectation;
  readonly verdict: Verdict;
  /** Path of the record, relative to the folder of the reports. */
  readonly record: string | undefined;
}

/** `as expected`, `not as expected`, or `unknown` when the lab could not tell. */
export type Outcome = 'as expected' | 'not as expected' | 'unknown';

/** One entry of `results.json`. */
export interface ResultEntry {
  readonly lab: string;
  readonly variant: string;
  /** Verdict that the variant is there to show. */
  readonly expected: Expectation['kind'];
  /** Invariant that it is expected to break. */
  readonly expectedInvariant: string | null;
  readonly verdict: VerdictKind;
  /** Invariant that broke. */
  readonly invariant: string | null;
  readonly outcome: Outcome;
  /** One line for people. */
  readonly message: string;
  /** The finding in one sentence. */
  readonly diagnosis: string | null;
  readonly strategy: string;
  readonly executions: number;
  /** Every execution within the bounds was tried. */
  readonly complete: boolean;
  readonly bounds: { readonly preemptions: number | null; readonly faults: number };
  /** What a sampling strategy saw; its `current` sampler is the one that hit, where something was found. */
  readonly sampling: Verdict['sampling'] | null;
  /** Where it holds: planned faults that never had anything to strike at. */
  readonly idleFaults: readonly IdleFault[];
  /** Executions that reached the step limit. */
  readonly capped: number;
  readonly minimal: ExecutionSize | null;
  /** Path of the record, relative to the folder of this file. */
  readonly record: string | null;
  readonly ms: number;
}

/** What `results.json` holds and `--json` prints. */
export interface Results {
  readonly format: typeof RESULTS_FORMAT;
  readonly tool: RaceRecord['tool'];
  readonly redis: Verdict['redis'];
  readonly results: readonly ResultEntry[];
}

/** Puts the results of a run together. */
export function buildResults(
  tool: RaceRecord['tool'],
  redis: Verdict['redis'],
  results: readonly VariantResult[],
): Results {
  const { version, product, source, clock } = redis;
  return {
    format: RESULTS_FORMAT,
    tool,
    redis: { version, product, source, clock },
    results: results.map(entryOf),
  };
}

function entryOf({ lab, variant, expect, verdict, record }: VariantResult): ResultEntry {
  return {
    lab,
    variant,
    expected: expect.kind,
    expectedInvariant: expect.kind === 'breaks' ? expect.invariant : null,
    verdict: verdict.kind,
    invariant: verdict.invariant ?? null,
    outcome: outcomeOf({ expect, verdict }),
    message: verdict.message,
    diagnosis: verdict.record === undefined ? null : diagnose(verdict.record).sentence,
    strategy: verdict.strategy,
    executions: verdict.executions,
    complete: verdict.complete,
    bounds: plainBounds(verdict.bounds),
    sampling: verdict.sampling ?? null,
    idleFaults: verdict.idleFaults ?? [],
    capped: verdict.capped,
    minimal: verdict.minimal ?? null,
    record: record ?? null,
    ms: verdict.tookMs,
  };
}

function plainBounds({ preemptions, faults }: Bounds): ResultEntry['bounds'] {
  return { preemptions: preemptions ?? null, faults };
}

/** Compares a verdict with what was expected. A verdict that says nothing is never as expected. */
export function outcomeOf({ expect, verdict }: Pick<VariantResult, 'expect' | 'verdict'>): Outcome {
  if (verdict.kind === 'incomplete' || verdict.kind === 'error') return 'unknown';
  return asExpected(verdict, expect) ? 'as expected' : 'not as expected';
}

/** A verdict in words, as `describeExpectation` puts expectations: `breaks "mutual exclusion"`. */
export function describeVerdict({ kind, invariant }: Pick<Verdict, 'kind' | 'invariant'>): string {
  return kind === 'breaks' && invariant !== undefined ? describeExpectation({ kind, invariant }) : kind;
}

/** How many results there are of each outcome. */
export function tally(results: readonly VariantResult[]): Record<Outcome, number> {
  const counts: Record<Outcome, number> = { 'as expected': 0, 'not as expected': 0, unknown: 0 };
  for (const result of results) counts[outcomeOf(result)] += 1;
  return counts;
}

/** `lab/variant`. */
export function nameOf({ lab, variant }: Pick<VariantResult, 'lab' | 'variant'>): string {
  return `${lab}/${variant}`;
}
