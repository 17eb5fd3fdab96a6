/** What happened in a recorded execution, as operations of the workers and as commands on the wire. */
import { z } from 'zod';
import { anyValue } from '../any-value.js';
import type { CommandEffect, OperationOutcome, WorkerEnd } from '../../check/happened.js';

const OUTCOMES = ['ok', 'failed', 'unknown', 'pending'] as const satisfies readonly OperationOutcome[];
const EFFECTS = ['ran', 'unheard', 'repeated', 'never'] as const satisfies readonly CommandEffect[];
const ENDS = ['ended', 'failed', 'crashed', 'running'] as const satisfies readonly WorkerEnd['how'][];

const worker = z.number().int().nonnegative();
const position = z.number().int().positive();
const stepNumber = z.number().int().nonnegative();

const operation = z.object({
  worker,
  name: z.string(),
  /** As `recordValue` has it; absent where its worker does not say what it was given. */
  input: anyValue.optional(),
  /** Position in the common order of events at which it began. */
  start: position,
  /** Number of the step in the course of which it began; 0 before the first. */
  startStep: stepNumber,
  /** Virtual ms since the execution began. */
  startMs: z.number(),
  /** These three are absent where it never ended. */
  end: position.optional(),
  endStep: stepNumber.optional(),
  endMs: z.number().optional(),
  outcome: z.enum(OUTCOMES),
  /** What it returned, as `recordValue` has it. */
  output: anyValue.optional(),
  /** What it threw. */
  error: z.string().optional(),
});

const command = z.object({
  worker,
  /** The call of its worker that it belongs to, however often its client sent it: `w1.3`. */
  call: z.string(),
  connection: z.string(),
  /** Position at which it took effect. */
  at: position,
  /** Number of the step at which that was. */
  step: stepNumber,
  atMs: z.number(),
  /** Upper-case name, then the arguments. */
  command: z.array(z.string()),
  /** What was answered, whether or not it arrived; `{error: …}` for an error; absent where nobody answered. */
  reply: anyValue.optional(),
  /** The server ran it. */
  applied: z.boolean(),
  /** Its client got the whole reply. */
  answered: z.boolean(),
  /** What became of the whole call. */
  effect: z.enum(EFFECTS),
});

/** Operations and commands of a recorded execution. @internal */
export const recordedHistory = z.object({
  operations: z.array(operation),
  commands: z.array(command),
  faults: z.array(z.object({ kind: z.string(), start: position, end: position.optional() })),
  ends: z.array(z.object({ worker, how: z.enum(ENDS), error: z.string().optional() })),
  /** What there is no room for; absent where everything is there. */
  left: z.object({ operations: z.number().int(), commands: z.number().int() }).optional(),
});

/** What happened in a recorded execution. @internal */
export type RecordedHistory = z.infer<typeof recordedHistory>;
/** One operation of it. @internal */
export type RecordedOperation = RecordedHistory['operations'][number];
/** One command of it. @internal */
export type RecordedCommand = RecordedHistory['commands'][number];
