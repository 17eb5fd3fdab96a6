import { z } from 'zod';
import { faultSpec, type AimedFault } from '../faults/spec.js';
import { FAULT_KINDS, type FaultKind } from '../faults/catalogue.js';
import { MOVE_KINDS } from '../execution/steps/step.js';
import { SERVER_CLOCK_MODES } from '../server/types.js';
import { anyValue } from './any-value.js';
import { recordedHistory } from './history/format.js';
import { TOOL_NAME } from './tool.js';

/** Version of the record format that this code writes; it reads this one and older ones. @internal */
export const RECORD_FORMAT = 1;

/** More than any scenario may have. */
const WORKERS_MAX = 1000;

/** A fault of the catalogue, by its name. @internal */
export const faultKind = z.enum(FAULT_KINDS);

const step = z.object({
  /** Position in the execution, from 1. */
  n: z.number().int().positive(),
  /** 1-based worker; 0 for a shared client. */
  worker: z.number().int().nonnegative().max(WORKERS_MAX),
  kind: z.enum(MOVE_KINDS),
  /** Stable identity: worker and position in its own order. */
  id: z.string(),
  /** Upper-case name and arguments, for commands. */
  command: z.array(z.string()).optional(),
  /** What the step is, for everything else. */
  text: z.string().optional(),
  /** The connection that a command went on, where it is not the worker's own: `shared`, `w1.2`. */
  connection: z.string().optional(),
  /** What the server answered; `{error: …}` for an error reply; absent when it was not asked. */
  reply: anyValue.optional(),
  fault: faultKind.optional(),
  /** The processor was taken away from a worker that could have gone on. */
  preemption: z.boolean().optional(),
  /** Virtual ms since the execution began, after the step. */
  atMs: z.number(),
  /** `file:line:column` in the worker's code. */
  source: z.string().optional(),
  /** Values of the keys that the command names, around it. */
  values: z
    .array(z.object({ key: z.string(), before: z.string().nullable(), after: z.string().nullable() }))
    .optional(),
  /** What clients and workers noticed right after. */
  notes: z.array(z.string()).optional(),
});

/** Steps that another execution is kept beside a record with, at most: what is longer nobody compares. @internal */
export const OTHER_STEPS_MAX = 200;

const tape = z.object({ skip: z.array(z.number().int()), choices: z.array(z.number().int()) });

/** An execution that a record is seen beside: its choices, and what it did. */
const otherRun = z.object({ tape, steps: z.array(step) });

/** As in a scenario: a kind, or with parameters and an aim. @internal */
export const plannedFault = z
  .custom<FaultKind | AimedFault>((given) => typeof given === 'string' || typeof given === 'object')
  .superRefine((given, context) => {
    try {
      faultSpec(given);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
    }
  });

/** How large an execution is. @internal */
export const executionSize = z.object({
  workers: z.number().int(),
  steps: z.number().int(),
  preemptions: z.number().int(),
  faults: z.number().int(),
});

/** What variations of the failing execution showed, each by running it. */
const explanation = z.object({
  /** What was left after shrinking, each reverted alone: does the execution still fail in the same way? */
  reverted: z.array(
    z.object({
      /** Number of the step that it led to. */
      step: z.number().int().positive(),
      change: z.enum(['preemption', 'switch', 'fault']),
      necessary: z.boolean(),
    }),
  ),
  /** The critical pair: with these two steps swapped, the execution passes. Absent when no swap did that. */
  pair: z.tuple([z.number().int().positive(), z.number().int().positive()]).optional(),
  /**
   * The execution with that pair swapped, at whose end nothing is wrong. Absent in records of older versions, and where it has more
   * than 200 steps.
   */
  swapped: otherRun.optional(),
  /** How many pairs of dependent steps were swapped, of those that there are. */
  swaps: z.object({ tried: z.number().int(), of: z.number().int() }),
  /** Steps that are not causally before the failure. */
  unrelated: z.array(z.number().int().positive()),
});

/** A file of somebody's own that a scenario is in. @internal */
export const raceFile = z.object({
  /** Relative to the working directory in which it was run, with forward slashes. */
  path: z.string(),
  /** Of its text at that time. */
  sha256: z.string(),
  /** The same of each module of the project that it imports, directly or not, by path. */
  imports: z.record(z.string(), z.string()).optional(),
});

/** Everything needed to read a finding and to run it again, one field after the other. */
const wholeRecord = z.object({
  format: z.literal(RECORD_FORMAT),
  tool: z.object({ name: z.literal(TOOL_NAME), version: z.string() }),
  /** Lab and variant, for scenarios that belong to one. */
  lab: z.string().optional(),
  variant: z.string().optional(),
  /** The race file, for scenarios that are in one. */
  file: raceFile.exactOptional(),
  scenario: z.string(),
  redis: z.object({
    version: z.string(),
    product: z.string(),
    source: z.string(),
    clock: z.enum(SERVER_CLOCK_MODES),
  }),
  client: z.object({
    profile: z.string(),
    /** Version of the lab's own ioredis. */
    ioredis: z.string(),
    /** What took part, where it was not that alone: name and version, as far as clients say them. */
    names: z.array(z.string()).optional(),
  }),
  /** Seeds the random numbers of the workers. */
  seed: z.number().int(),
  /** Workers offered. */
  workers: z.number().int().positive(),
  faultBudget: z.number().int().nonnegative(),
  /** What might happen: the tape says which of these did. Absent in records of older versions, and without faults. */
  faults: z.array(plannedFault).optional(),
  /** Workers that do not take part, and the choice at every point where there was one. */
  tape,
  verdict: z.object({
    /** `incomplete`: an execution that reached the step limit, kept to be looked at. */
    kind: z.enum(['breaks', 'hangs', 'incomplete']),
    invariant: z.string(),
    expected: z.string(),
    observed: z.string(),
    /** Places in the workers' code, innermost first. */
    where: z.array(z.string()).optional(),
  }),
  minimal: executionSize,
  found: z.object({
    strategy: z.string(),
    /** The sampler whose execution it was, where the strategy samples. */
    sampler: z.string().optional(),
    /** Number of the execution that failed, from 1. */
    execution: z.number().int(),
    /** Size before shrinking. */
    from: executionSize,
    /**
     * The execution as it was found, where shrinking changed it. Absent in records of older versions, and where it has more than 200
     * steps.
     */
    original: otherRun.optional(),
    /** Executions that shrinking took. */
    shrinkRuns: z.number().int(),
    /** Shrinking was ended early, after so long: there may be something simpler. */
    shrinkStoppedAfterMs: z.number().int().nonnegative().optional(),
  }),
  /** The shrunk execution was run again so often, and failed the same way so often. */
  reproduced: z.object({
    times: z.number().int(),
    of: z.number().int(),
    /** One more run, in a process that did not find it. Absent where there was none. */
    elsewhere: z
      .object({
        same: z.boolean(),
        /** Where it was not the same. */
        difference: z
          .object({ step: z.number().int().positive(), first: z.string(), second: z.string() })
          .optional(),
      })
      .optional(),
  }),
  /** Absent in records of older versions, and where the steps alone did not lead to the failure again. */
  explanation: explanation.optional(),
  /** What clients saw, and what the wire knows. Absent in records of older versions, and in fault maps. */
  history: recordedHistory.optional(),
  steps: z.array(step),
});

/**
 * Everything needed to read a finding and to run it again.
 *
 * @public
 */
export const recordSchema = wholeRecord.refine(explainsOwnSteps, {
  path: ['explanation'],
  error: 'it is about steps that are not there',
});

function explainsOwnSteps({ explanation: about, steps }: z.infer<typeof wholeRecord>): boolean {
  if (about === undefined) return true;
  const named = [...about.reverted.map((one) => one.step), ...(about.pair ?? []), ...about.unrelated];
  return named.every((number) => number <= steps.length);
}

/**
 * A finding with everything needed to read it and to run it again: what a file of records holds.
 *
 * @public
 */
export type RaceRecord = z.infer<typeof recordSchema>;
/**
 * An execution that can be run again, compared and shown; without a verdict, nothing was wrong at its end.
 *
 * @public
 */
export type RecordedRun = Omit<
  RaceRecord,
  'format' | 'tool' | 'redis' | 'client' | 'verdict' | 'minimal' | 'found' | 'reproduced'
> & { readonly verdict?: RaceRecord['verdict'] | undefined };
/** An execution at whose end something was wrong. @internal */
export type FailedRun = RecordedRun & Pick<RaceRecord, 'verdict'>;
/**
 * One step of a recorded execution.
 *
 * @public
 */
export type RecordStep = RaceRecord['steps'][number];
/**
 * What variations of a failing execution showed: what of it is necessary, which order decides, what is unrelated.
 *
 * @internal
 */
export type Explanation = z.infer<typeof explanation>;
/** An execution that a record is seen beside: with its pair swapped, or as it was found. @internal */
export type OtherRun = z.infer<typeof otherRun>;
/** How often a finding came out the same when it was run again. @internal */
export type Reproduced = RaceRecord['reproduced'];
/** A preemption, switch or fault that was left out to see whether it is needed. @internal */
export type Reversion = Explanation['reverted'][number];
/**
 * How large an execution is, in the order in which shrinking makes it smaller.
 *
 * @public
 */
export type ExecutionSize = RaceRecord['minimal'];
