import type { ExecutionSize, RaceRecord } from './format.js';
import type { AimedFault } from '../faults/spec.js';
import type { FaultKind } from '../faults/catalogue.js';
import type { ServerIdentity } from '../server/identity.js';

/**
 * `holds`: nothing wrong within the bounds. `breaks`: an invariant is broken. `hangs`: a worker never ends.
 * `incomplete`: a bound was hit before anything was found, so nothing is proven. `error`: the lab could not go on.
 *
 * @public
 */
export type VerdictKind = 'holds' | 'breaks' | 'hangs' | 'incomplete' | 'error';

/**
 * What an exploration covered.
 *
 * @public
 */
export interface Bounds {
  /** Preemptions at most; undefined where the strategy has no such bound. */
  readonly preemptions: number | undefined;
  /** Faults at most. */
  readonly faults: number;
  /**
   * Timers at most, of each worker, that fire although the worker could go on or has ended; undefined where that never
   * bounded anything.
   */
  readonly delays?: number;
  /** No timeout and no pause of a client fired although its worker could go on; undefined where that never bounded anything. */
  readonly clientTimers?: false;
  /**
   * Rounds of a loop at most without anything new to see, while others could go on; in the exhaustive search a loop that never
   * ends by itself goes round once. Undefined where no loop ever reached that.
   */
  readonly rounds?: number;
  /** Executions that differ only in which worker is which were counted as one. */
  readonly alike?: true;
}

/**
 * What a number of executions promises about bugs of a certain depth.
 *
 * @public
 */
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

/**
 * What sampling saw.
 *
 * @public
 */
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
  /** How many classes had been seen after so many executions: 20 points of a curve at most. Absent in results of older versions. */
  readonly growth?: readonly (readonly [executions: number, classes: number])[] | undefined;
  /**
   * Probability that another execution would be of a new class: the share of executions whose class was seen only
   * once (Good and Turing; Böhme, STADS, TOSEM 2018). An estimate.
   */
  readonly unseen: number;
  /** For bugs that need no fault, where the samplers promise something; empty where they do not. */
  readonly detection: readonly DetectionBound[];
}

/**
 * A planned fault that could strike nowhere, in no execution.
 *
 * @public
 */
export interface IdleFault {
  /** As it stands in the plan. */
  readonly fault: FaultKind | AimedFault;
  /** What it would have needed. */
  readonly needs: string;
}

/**
 * What raced in an exploration: with nothing here, whatever the workers do wrong would pass.
 *
 * @public
 */
export interface Raced {
  /** Commands of the workers: the fewest and the most in one execution. */
  readonly commands: { readonly least: number; readonly most: number };
  /**
   * Keys, channels and shared values on which steps conflicted that could have come in either order: both touched it, and
   * one of them wrote. By name, 100 at most.
   */
  readonly contested: readonly string[];
}

/**
 * Executions that were composed of steps seen before.
 *
 * @public
 */
export interface PredictionReport {
  /** Executions that were run, those of searches that began anew included. */
  readonly run: number;
  /** Executions that were not. */
  readonly predicted: number;
  /** Those that were run although they had been predicted, and came out the same. */
  readonly checked: number;
  /** Executions that had been predicted and do not count: something turned out to be wrong, and the exploration began anew. */
  readonly dropped?: number;
  /** Why none was predicted any more from some point on. */
  readonly ended?: string;
}

/**
 * What the lab says about a scenario.
 *
 * @public
 */
export interface Verdict {
  /** What was found, in a word. */
  readonly kind: VerdictKind;
  /** Name of the scenario. */
  readonly scenario: string;
  /** Workers offered. */
  readonly workers: number;
  /** Invariant that broke, or the built-in one for hangs and uncaught errors. */
  readonly invariant: string | undefined;
  /** One line for people. */
  readonly message: string;
  /** Name of the strategy that came to it. */
  readonly strategy: string;
  /**
   * Executions that ran, without those that shrinking and confirming took; of a complete exhaustive search, how many there
   * are that differ in more than the order of independent steps.
   */
  readonly executions: number;
  /** Executions given up because all that they could still show had been seen; not among `executions`. */
  readonly redundant?: number;
  /** How many executions it takes to be complete, by estimate. Undefined where nobody can tell. */
  readonly estimate?: number | undefined;
  /** Every execution within the bounds was tried, or one that differs only in the order of independent steps. */
  readonly complete: boolean;
  /** What was covered, at most. */
  readonly bounds: Bounds;
  /** How many of them were not run, since they were certain, or why none; undefined where nobody asked for that. */
  readonly prediction?: PredictionReport;
  /** For strategies that sample. */
  readonly sampling?: SamplingReport;
  /** Where it holds: planned faults that never had anything to strike at, so that it says nothing about them. */
  readonly idleFaults?: readonly IdleFault[];
  /** What raced; undefined where nothing was executed. */
  readonly raced?: Raced;
  /** States of `sometimes()`, and of `mustReach`, that no execution reached. */
  readonly unreached?: readonly string[];
  /** Executions that reached the step limit; their end is unknown. */
  readonly capped: number;
  /** How large the failing execution is after shrinking; undefined where none failed. */
  readonly minimal: ExecutionSize | undefined;
  /** The failing execution, to be kept and replayed; undefined where none failed. */
  readonly record: RaceRecord | undefined;
  /** Which Redis it ran on. */
  readonly redis: ServerIdentity;
  /** Real time taken. */
  readonly tookMs: number;
}

/**
 * How far an exploration is; for progress displays.
 *
 * @public
 */
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
