import type { Bounds, IdleFault, Raced, Verdict, VerdictKind } from '../../record/verdict.js';
import { asExpected, type Expectation } from '../../scenario/lab.js';
import { fullName } from '../../scenario/names.js';
import { diagnose } from '../diagnosis/diagnosis.js';
import type { ExecutionSize, RaceRecord } from '../../record/format.js';
import {
  measurementEntry,
  type EarlierRun,
  type MeasurementEntry,
  type MeasurementResult,
} from './measured.js';
import type { ServerIdentity } from '../../server/identity.js';

/** Version of `results.json`. Fields may be added without a new version; none changes its meaning. @internal */
export const RESULTS_FORMAT = 1;

/** What one variant came to, with what is needed to show it. @internal */
export interface VariantResult {
  readonly lab: string;
  readonly variant: string;
  readonly expect: Expectation;
  readonly verdict: Verdict;
  /** Path of the record, relative to the folder of the reports. */
  readonly record: string | undefined;
  /** Present where it is what an earlier run left. */
  readonly earlier?: Earlier;
}

/** That a result is of an earlier run, and the record that it left. @internal */
export interface Earlier extends EarlierRun {
  /** The file of its record, byte for byte; undefined where there is none. */
  readonly recordText: string | undefined;
}

/** How a verdict compares with what was expected; `unknown` when the lab could not tell. @internal */
export type VariantOutcome = 'as expected' | 'not as expected' | 'unknown';

/** One entry of `results.json`. @internal */
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
  readonly outcome: VariantOutcome;
  /** One line for people. */
  readonly message: string;
  /** The finding in one sentence. */
  readonly diagnosis: string | null;
  readonly strategy: string;
  readonly executions: number;
  /** Every execution within the bounds was tried. */
  readonly complete: boolean;
  /** What was covered, at most; null where it had no such bound. */
  readonly bounds: {
    readonly preemptions: number | null;
    readonly faults: number;
    readonly delays: number | null;
    readonly clientTimers: false | null;
    readonly rounds: number | null;
    readonly alike: boolean;
  };
  /** What a sampling strategy saw; its `current` sampler is the one that hit, where something was found. */
  readonly sampling: Verdict['sampling'] | null;
  /** Where it holds: planned faults that never had anything to strike at. */
  readonly idleFaults: readonly IdleFault[];
  /** What raced; null where nothing was executed. */
  readonly raced: Raced | null;
  /** States that the scenario was meant to reach, and that no execution did. */
  readonly unreached: readonly string[];
  /** Executions that reached the step limit. */
  readonly capped: number;
  readonly minimal: ExecutionSize | null;
  /** Path of the record, relative to the folder of this file. */
  readonly record: string | null;
  readonly ms: number;
  /** Name of the scenario. */
  readonly scenario: string;
  /** Workers offered. */
  readonly workers: number;
  /** When the run began that it is of, as in ISO 8601; null where an older version did not say. */
  readonly ranAt: string | null;
  /** Which Redis it ran on. */
  readonly redis: ServerIdentity;
  /** Version of the lab that ran it. */
  readonly toolVersion: string;
}

/** What is the same for every result of a run. @internal */
export interface RunFacts {
  readonly tool: RaceRecord['tool'];
  readonly redis: ServerIdentity;
  /** When it began, as in ISO 8601. */
  readonly ranAt: string;
}

/** What `results.json` holds and `--json` prints. @internal */
export interface Results {
  readonly format: typeof RESULTS_FORMAT;
  readonly tool: RaceRecord['tool'];
  readonly redis: ServerIdentity;
  readonly results: readonly ResultEntry[];
  readonly measurements: readonly MeasurementEntry[];
}

/** Puts results together. @param run - the last one: what is of earlier ones says so itself @internal */
export function buildResults(
  run: RunFacts,
  results: readonly VariantResult[],
  measurements: readonly MeasurementResult[] = [],
): Results {
  const { tool, redis } = run;
  return {
    format: RESULTS_FORMAT,
    tool,
    redis,
    results: results.map((result) => entryOf(run, result)),
    measurements: measurements.map((result) => measurementEntry(run, result)),
  };
}

function entryOf(
  { tool, ranAt }: RunFacts,
  { lab, variant, expect, verdict, record, earlier }: VariantResult,
): ResultEntry {
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
    raced: verdict.raced ?? null,
    unreached: verdict.unreached ?? [],
    capped: verdict.capped,
    minimal: verdict.minimal ?? null,
    record: record ?? null,
    ms: verdict.tookMs,
    scenario: verdict.scenario,
    workers: verdict.workers,
    ranAt: earlier === undefined ? ranAt : (earlier.ranAt ?? null),
    redis: verdict.redis,
    toolVersion: earlier?.toolVersion ?? tool.version,
  };
}

function plainBounds(bounds: Bounds): ResultEntry['bounds'] {
  const { preemptions = null, faults, delays = null, clientTimers = null, rounds = null, alike } = bounds;
  return { preemptions, faults, delays, clientTimers, rounds, alike: alike === true };
}

/** Compares a verdict with what was expected. A verdict that says nothing is never as expected. @internal */
export function outcomeOf({ expect, verdict }: Pick<VariantResult, 'expect' | 'verdict'>): VariantOutcome {
  if (verdict.kind === 'incomplete' || verdict.kind === 'error') return 'unknown';
  return asExpected(verdict, expect) ? 'as expected' : 'not as expected';
}

/** How many results there are of each outcome. @internal */
export function tally(results: readonly VariantResult[]): Record<VariantOutcome, number> {
  const counts: Record<VariantOutcome, number> = { 'as expected': 0, 'not as expected': 0, unknown: 0 };
  for (const result of results) counts[outcomeOf(result)] += 1;
  return counts;
}

/** `lab/variant`, or `file:scenario`. @internal */
export function nameOf({ lab, variant }: Pick<VariantResult, 'lab' | 'variant'>): string {
  return fullName(lab, variant);
}
