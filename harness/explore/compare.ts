import type { ExecutionResult } from '../execution/execution.js';
import { recordSteps } from '../record/build.js';
import type { RecordStep } from '../record/format.js';

/** The first place where two runs of one tape are not the same. */
export interface Difference {
  /** Step number, from 1; one behind the last step when the steps agree and the outcomes do not. */
  readonly step: number;
  readonly first: string;
  readonly second: string;
}

/** Compares two runs of one tape: steps, replies and outcome. @returns undefined when they are the same */
export function firstDifference(first: ExecutionResult, second: ExecutionResult): Difference | undefined {
  return (
    firstStepDifference(recordSteps(first.steps), recordSteps(second.steps)) ??
    outcomeDifference(outcome(first), outcome(second), first.steps.length)
  );
}

/** Compares steps and replies. */
export function firstStepDifference(
  first: readonly RecordStep[],
  second: readonly RecordStep[],
): Difference | undefined {
  for (let at = 0; at < Math.max(first.length, second.length); at++) {
    const [a, b] = [describeStep(first[at]), describeStep(second[at])];
    if (a !== b) return { step: at + 1, first: a, second: b };
  }
  return undefined;
}

/** Compares outcomes, each as one line. */
export function outcomeDifference(first: string, second: string, steps: number): Difference | undefined {
  return first === second ? undefined : { step: steps + 1, first, second };
}

function outcome({ finding, capped }: ExecutionResult): string {
  if (capped !== undefined) return 'the step limit';
  return finding === undefined ? 'nothing wrong' : `${finding.id}: ${finding.observed}`;
}

/** Is this the same step with the same reply at the same time? */
export function sameStep(first: RecordStep | undefined, second: RecordStep | undefined): boolean {
  return describeStep(first) === describeStep(second);
}

/** What must be the same in every run of a tape; source lines and notes may change with the code. */
function describeStep(step: RecordStep | undefined): string {
  if (step === undefined) return 'the end';
  const what = step.command?.join(' ') ?? step.text ?? '';
  const reply = step.reply === undefined ? '' : ` -> ${JSON.stringify(step.reply)}`;
  const fault = step.fault === undefined ? '' : ` [${step.fault}]`;
  return `${step.id} ${what}${fault}${reply} @${step.atMs} ms`;
}
