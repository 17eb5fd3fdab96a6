import { defined } from '../base/defined.js';
import type { ExecutionResult } from '../execution/execution.js';
import { commandText, type PerformedStep } from '../execution/steps/step.js';
import { decodeReply } from '../wire/resp.js';
import type { ExecutionSize, RecordStep } from './format.js';

/** The steps of an execution as a record keeps them. @internal */
export function recordSteps(steps: readonly PerformedStep[]): RecordStep[] {
  return steps.map((step, at) => ({
    n: at + 1,
    worker: step.worker,
    kind: step.kind,
    id: step.id,
    ...defined({
      command: step.args && [...commandText(step.args)],
      text: step.text,
      connection: connectionOf(step),
      reply: step.reply && decodeReply(step.reply),
      fault: step.fault,
      preemption: step.preemption ? true : undefined,
    }),
    atMs: step.atMs,
    ...defined({
      source: step.source,
      values: listOf(step.values ?? []),
      notes: listOf(step.notes),
    }),
  }));
}

/** Where a command went, unless it was the worker's own connection. */
function connectionOf({ worker, sentOn }: PerformedStep): string | undefined {
  return sentOn?.connection === `w${worker}` ? undefined : sentOn?.connection;
}

/** What is empty is left out. */
function listOf<T>(list: readonly T[]): T[] | undefined {
  return list.length === 0 ? undefined : [...list];
}

/** How large an execution is. @internal */
export function sizeOf({ workers, steps, preemptions, faults }: ExecutionResult): ExecutionSize {
  return { workers, steps: steps.length, preemptions, faults };
}
