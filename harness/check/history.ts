/**
 * What happened, seen from two sides: the operations as the workers saw them, and the commands as the wire knows
 * them. Times are positions in one common order of events, so "before" and "overlaps" are exact.
 */

/**
 * How an operation ended for its worker: it succeeded; it certainly had no effect; nobody can tell (the connection
 * broke, a timeout fired); or it never ended.
 */
export type Outcome = 'ok' | 'failed' | 'unknown' | 'pending';

/** One operation of a worker, as recorded by `operation()` or `critical()`. */
export interface Operation {
  readonly worker: number;
  readonly name: string;
  /** Position in the common order of events at which it began. */
  readonly start: number;
  /** Position at which it ended; `Infinity` while pending. */
  end: number;
  outcome: Outcome;
  /** What it returned. */
  value?: unknown;
  /** What it threw. */
  error?: Error;
}

/** One command as the wire knows it. */
export interface WireCommand {
  readonly worker: number;
  /** Position in the common order of events. */
  readonly at: number;
  /** Upper-case name, then the arguments. */
  readonly command: readonly string[];
  /** Did the server run it? */
  readonly applied: boolean;
  /** Did the client get the whole reply? */
  readonly answered: boolean;
}

/** One fault, as long as it lasted. */
export interface FaultSpan {
  readonly kind: string;
  /** Position in the common order of events. */
  readonly start: number;
  /** When it was over; `Infinity` while it lasts. */
  end: number;
}

/** The operations, commands and faults of one execution. */
export class History {
  readonly operations: Operation[] = [];
  readonly faults: FaultSpan[] = [];
  readonly commands: WireCommand[] = [];
  #clock = 0;

  /** Next position in the common order of events. */
  tick(): number {
    return (this.#clock += 1);
  }

  /** The last fault of this kind was felt again: it is not over before now. */
  prolong(kind: string): void {
    const span = this.faults.findLast((fault) => fault.kind === kind);
    if (span !== undefined) span.end = this.tick();
  }

  /** Operations with this name, in order of their start. */
  named(name: string): Operation[] {
    return this.operations.filter((operation) => operation.name === name);
  }

  /**
   * Two operations with this name, of different workers, that overlap: the second began before the first had ended.
   * Undefined where there are none.
   */
  overlap(name: string): readonly Operation[] | undefined {
    const operations = this.named(name);
    for (const [at, first] of operations.entries()) {
      const second = operations
        .slice(at + 1)
        .find(({ worker, start }) => worker !== first.worker && start <= first.end);
      if (second !== undefined) return [first, second];
    }
    return undefined;
  }

  /** Operations of one worker with this name, in its own order. */
  operationsOf(worker: number, name: string): Operation[] {
    return this.named(name).filter((operation) => operation.worker === worker);
  }

  /** Commands that name this key and that the server ran, in the order in which they reached it. */
  ranOn(key: string): WireCommand[] {
    return this.commands.filter(({ applied, command }) => applied && command.includes(key, 1));
  }

  /** The operation in the course of which a command of its worker reached the server: the innermost one. */
  operationOf({ worker, at }: WireCommand): Operation | undefined {
    return this.operations.findLast(
      (operation) => operation.worker === worker && operation.start < at && at < operation.end,
    );
  }

  /** Operations with this name and outcome. */
  count(name: string, ...outcomes: Outcome[]): number {
    return this.named(name).filter(({ outcome }) => outcomes.includes(outcome)).length;
  }
}

/** Errors after which nobody can tell whether the command ran. */
const AMBIGUOUS_NAMES = new Set([
  'MaxRetriesPerRequestError',
  'AbortError',
  'ConnectionError',
  'DisconnectsClientError',
]);
const AMBIGUOUS_MESSAGE =
  /connection is closed|connection close|command timed out|socket timeout|ECONNRESET|EPIPE|ETIMEDOUT|socket closed|connection lost/i;

/**
 * Tells a definite failure from an ambiguous one, as Jepsen does: an error reply of the server or an error of the
 * application is definite; a lost connection or a timeout is not.
 */
export function outcomeOf(error: unknown): 'failed' | 'unknown' {
  for (
    let cause: unknown = error, depth = 0;
    cause instanceof Error && depth < 8;
    cause = cause.cause, depth++
  ) {
    if (cause.name === 'ReplyError') return 'failed';
    if (AMBIGUOUS_NAMES.has(cause.name) || AMBIGUOUS_MESSAGE.test(cause.message)) return 'unknown';
  }
  return 'failed';
}
