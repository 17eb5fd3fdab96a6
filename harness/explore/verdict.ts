import type { ExecutionSize, RaceRecord } from '../record/format.js';
import type { AimedFault } from '../wire/fault-spec.js';
import type { FaultKind } from '../wire/fault.js';
import type { ServerClockMode, ServerSource } from '../server/types.js';

/**
 * `holds`: nothing wrong within the bounds. `breaks`: an invariant is broken. `hangs`: a worker never ends.
 * `incomplete`: a bound was hit before anything was found, so nothing is proven. `error`: the lab could not go on.
 */
export type VerdictKind = 'holds' | 'breaks' | 'hangs' | 'incomplete' | 'error';

/** What an exploration covered. */
export interface Bounds {
  /** Preemptions at most; undefined where the strategy has no such bound. */
  readonly preemptions: number | undefined;
  /** Faults at most. */
  readonly faults: number;
  /** Timers at most that fire although their worker could go on or has ended; undefined where there is no such bound. */
  readonly delays?: number;
  /** Executions that differ only in which worker is which were counted as one. */
  readonly alike?: true;
}

/** What a number of executions promises about bugs of a certain depth. */
export interface DetectionBound {
  /** Orderings that the bug needs (Burckhardt et al., ASPLOS 2010). */
  readonly depth: number;
  /** Executions that were made to find bugs of this depth. */
  readonly runs: number;
  /** Probability of one of them to hit it, at least. */
  readonly each: number;
  /** Probability of all of them together, at least. */
  readonly all: number;
}

/** What sampling saw. */
export interface SamplingReport {
  /** The sampler of the last execution: the one that hit, when there is a finding. */
  readonly current: string;
  /** Executions of each sampler. */
  readonly executions: Readonly<Record<string, number>>;
  /** Distinct executions, not counting the order of steps that may be swapped (Mazurkiewicz classes). */
  readonly classes: number;
  /** There were too many to remember: `classes` is a lower bound. */
  readonly classesAreMore: boolean;
  /** The last tenth of the executions, and how many of them were of a new class. */
  readonly late: { readonly executions: number; readonly classes: number };
  /**
   * Probability that another execution would be of a new class: the share of executions whose class was seen only
   * once (Good and Turing; Böhme, STADS, TOSEM 2018). An estimate.
   */
  readonly unseen: number;
  /** For bugs that need no fault, where the samplers promise something; empty where they do not. */
  readonly detection: readonly DetectionBound[];
}

/** A planned fault that could strike nowhere, in no execution. */
export interface IdleFault {
  /** As it stands in the plan. */
  readonly fault: FaultKind | AimedFault;
  /** What it would have needed. */
  readonly needs: string;
}

/** What the lab says about a scenario. */
export interface Verdict {
  readonly kind: VerdictKind;
  readonly scenario: string;
  /** Workers offered. */
  readonly workers: number;
  /** Invariant that broke, or the built-in one for hangs and uncaught errors. */
  readonly invariant: string | undefined;
  /** One line for people. */
  readonly message: string;
  readonly strategy: string;
  /** Executions explored, without those that shrinking and confirming took. */
  readonly executions: number;
  /** Executions given up because all that they could still show had been seen; not among `executions`. */
  readonly redundant?: number;
  /** How many executions it takes to be complete, by estimate. Undefined where nobody can tell. */
  readonly estimate?: number | undefined;
  /** Every execution within the bounds was tried, or one that differs only in the order of independent steps. */
  readonly complete: boolean;
  readonly bounds: Bounds;
  /** For strategies that sample. */
  readonly sampling?: SamplingReport;
  /** Where it holds: planned faults that never had anything to strike at, so that it says nothing about them. */
  readonly idleFaults?: readonly IdleFault[];
  /** Executions that reached the step limit; their end is unknown. */
  readonly capped: number;
  readonly minimal: ExecutionSize | undefined;
  readonly record: RaceRecord | undefined;
  readonly redis: {
    readonly version: string;
    readonly product: string;
    readonly source: ServerSource;
    readonly clock: ServerClockMode;
  };
  /** Real time taken. */
  readonly tookMs: number;
}

/** How far an exploration is; for progress displays. */
export interface Progress {
  /** Executions in all, with those of a search that is gone on with. */
  readonly executions: number;
  /** How many have been run since the start; default: all of them. */
  readonly run?: number;
  /** Executions that are known to be left, a lower bound; undefined where nothing is known. */
  readonly pending: number | undefined;
  /** How many executions it takes to be complete, by estimate. Undefined where nobody can tell. */
  readonly estimate?: number | undefined;
  /** What is going on. */
  readonly phase: 'exploring' | 'shrinking' | 'confirming' | 'explaining';
}
