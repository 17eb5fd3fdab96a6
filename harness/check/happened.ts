import type { Reply } from '../base/reply.js';

/**
 * How an operation ended for its worker: it succeeded; it certainly had no effect; nobody can tell (the connection
 * broke, a timeout fired); or it never ended.
 *
 * @public
 */
export type OperationOutcome = 'ok' | 'failed' | 'unknown' | 'pending';

/**
 * One operation of a worker, as recorded by `operation()` or `critical()`.
 *
 * @public
 */
export interface Operation {
  /** 1-based worker. */
  readonly worker: number;
  /** What its worker calls it. */
  readonly name: string;
  /** What it was given, where its worker says so. */
  readonly input?: unknown;
  /** Position in the common order of events at which it began. */
  readonly start: number;
  /** Number of the step in the course of which it began; 0 before the first. */
  readonly startStep: number;
  /** Virtual time at which it began, in ms since the execution began. */
  readonly startMs: number;
  /** Position at which it ended; `Infinity` while pending. */
  end: number;
  /** Number of the step in the course of which it ended; `Infinity` while pending. */
  endStep: number;
  /** Virtual time at which it ended, in ms since the execution began; `Infinity` while pending. */
  endMs: number;
  /** How it ended; `pending` until then. */
  outcome: OperationOutcome;
  /** What it returned. */
  value?: unknown;
  /** What it threw. */
  error?: Error;
}

/**
 * What became of a command that a worker asked for, over all times that its client sent it. `ran`: once, and the client got
 * the reply. `unheard`: once, and the client never got the reply: it saw an error, or silence. `repeated`: the server ran it
 * again when the client sent it again. `never`: the server did not run it.
 *
 * @public
 */
export type CommandEffect = 'ran' | 'unheard' | 'repeated' | 'never';

/**
 * One command as the wire knows it: one time that it was sent. What a client sends again is another one, of the same `call`.
 *
 * @public
 */
export interface WireCommand {
  /** 1-based worker that issued it; 0 for a shared client by itself. */
  readonly worker: number;
  /** The call of the worker that it belongs to: `w1.3` is the third of w1. */
  readonly call: string;
  /** The connection that it went on, by the name of its client: `w1`, and `w1.2` for the second one of that worker. */
  readonly connection: string;
  /** Position in the common order of events at which it took effect: for one in a transaction that of its EXEC. */
  readonly at: number;
  /** Number of the step at which that was, from 1, as the table of a failure counts them. */
  readonly step: number;
  /** Virtual time of that, in ms since the execution began. */
  readonly atMs: number;
  /** Upper-case name, then the arguments. */
  readonly command: readonly string[];
  /** Did the server run it? Not what a transaction was left with that did not come about. */
  readonly applied: boolean;
  /** Did the client get the whole reply? For one in a transaction: that to its EXEC. */
  readonly answered: boolean;
  /**
   * What the server answered, whether or not it reached the client; for one in a transaction its part of the answer to
   * EXEC. Of a fault that answers instead of the server, what that said. Undefined where nobody answered.
   */
  readonly reply: Reply | undefined;
  /** What became of the whole call. */
  readonly effect: CommandEffect;
}

/**
 * One fault, as long as it lasted.
 *
 * @public
 */
export interface FaultSpan {
  /** The name of the fault. */
  readonly kind: string;
  /** Position in the common order of events. */
  readonly start: number;
  /** When it was over; `Infinity` while it lasts. */
  end: number;
}

/**
 * How a worker ended: `ended` by returning, `failed` with an error, `crashed` by a fault. `running`: not at all, as
 * those in the background, or where an execution was cut short.
 *
 * @public
 */
export interface WorkerEnd {
  /** 1-based worker. */
  readonly worker: number;
  /** How. */
  readonly how: 'ended' | 'failed' | 'crashed' | 'running';
  /** With what it failed. */
  readonly error?: Error;
}
