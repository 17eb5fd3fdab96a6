import { defined } from '../../base/defined.js';
import { clipped } from '../../base/text.js';
import type { Operation, WireCommand } from '../../check/happened.js';
import type { History } from '../../check/history.js';
import type { RecordedCommand, RecordedHistory, RecordedOperation } from './format.js';
import { recordValue } from './value.js';

/** Operations, and commands, that a record has room for. */
const LIST_MAX = 10_000;
/** Characters of an error. */
const ERROR_MAX = 2000;

/** The history of an execution as its record keeps it: data, and no more of it than anybody reads. @internal */
export function recordHistory({ operations, commands, faults, ends }: History): RecordedHistory {
  const left = {
    operations: Math.max(0, operations.length - LIST_MAX),
    commands: Math.max(0, commands.length - LIST_MAX),
  };
  return {
    operations: operations.slice(0, LIST_MAX).map(recordOperation),
    commands: commands.slice(0, LIST_MAX).map(recordCommand),
    faults: faults.map(({ kind, start, end }) => ({ kind, start, ...defined({ end: finite(end) }) })),
    ends: ends.map(({ worker, how, error }) => ({ worker, how, ...defined({ error: errorOf(error) }) })),
    ...defined({ left: left.operations + left.commands === 0 ? undefined : left }),
  };
}

function recordOperation(operation: Operation): RecordedOperation {
  const { worker, name, start, startStep, startMs, end, endStep, endMs, outcome } = operation;
  return {
    worker,
    name,
    ...defined({ input: recordValue(operation.input) }),
    start,
    startStep,
    startMs,
    ...defined({ end: finite(end), endStep: finite(endStep), endMs: finite(endMs) }),
    outcome,
    ...defined({ output: recordValue(operation.value), error: errorOf(operation.error) }),
  };
}

function recordCommand(one: WireCommand): RecordedCommand {
  const { worker, call, connection, at, step, atMs, command, reply, applied, answered, effect } = one;
  return {
    worker,
    call,
    connection,
    at,
    step,
    atMs,
    command: [...command],
    ...defined({ reply }),
    applied,
    answered,
    effect,
  };
}

/** JSON has no Infinity. */
function finite(number: number): number | undefined {
  return Number.isFinite(number) ? number : undefined;
}

function errorOf(error: Error | undefined): string | undefined {
  return error === undefined ? undefined : clipped(`${error.name}: ${error.message}`, ERROR_MAX);
}
