import type { ExecutionResult } from '../execution/execution.js';
import { Renaming } from './renaming.js';
import { recordSteps } from './steps.js';
import type { RecordedRun, RecordStep } from './format.js';

/** How a run ended that found nothing. */
const NOTHING_WRONG = 'nothing wrong';

/**
 * The first place where two runs of one tape are not the same.
 *
 * @public
 */
export interface Difference {
  /** Step number, from 1; one behind the last step when the steps agree and the ends do not. */
  readonly step: number;
  /** What the first run did there. */
  readonly first: string;
  /** What the second run did there. */
  readonly second: string;
}

/**
 * Compares two runs of one tape: steps, replies and how they ended, up to the names of random tokens.
 *
 * @returns undefined when they are the same
 * @internal
 */
export function firstDifference(first: ExecutionResult, second: ExecutionResult): Difference | undefined {
  const renaming = new Renaming();
  return (
    stepDifference(recordSteps(first.steps), recordSteps(second.steps), renaming) ??
    endDifference(endOfResult(first), endOfResult(second), first.steps.length, renaming)
  );
}

/**
 * Compares what was recorded with another run of its tape: steps, replies and verdict, up to the names of random tokens.
 *
 * @returns undefined when they are the same
 * @internal
 */
export function differenceFromRecord(
  recorded: Pick<RecordedRun, 'steps' | 'verdict'>,
  again: Pick<RecordedRun, 'steps' | 'verdict'>,
): Difference | undefined {
  const renaming = new Renaming();
  return (
    stepDifference(recorded.steps, again.steps, renaming) ??
    endDifference(endOfRun(recorded), endOfRun(again), recorded.steps.length, renaming)
  );
}

function stepDifference(
  first: readonly RecordStep[],
  second: readonly RecordStep[],
  renaming: Renaming,
): Difference | undefined {
  for (let at = 0; at < Math.max(first.length, second.length); at++) {
    const [a, b] = [describeStep(first[at]), describeStep(second[at])];
    if (!renaming.same(a, b)) return { step: at + 1, first: a, second: b };
  }
  return undefined;
}

/** Compares how two runs ended, each in one line. */
function endDifference(
  first: string,
  second: string,
  steps: number,
  renaming: Renaming,
): Difference | undefined {
  return renaming.same(first, second) ? undefined : { step: steps + 1, first, second };
}

function endOfResult({ finding, capped }: ExecutionResult): string {
  if (capped !== undefined) return 'the step limit';
  return finding === undefined ? NOTHING_WRONG : `${finding.id}: ${finding.observed}`;
}

function endOfRun({ verdict }: Pick<RecordedRun, 'verdict'>): string {
  return verdict === undefined
    ? NOTHING_WRONG
    : `${verdict.kind} "${verdict.invariant}": ${verdict.observed}`;
}

/** Is this the same step with the same reply at the same time? @internal */
export function sameStep(first: RecordStep | undefined, second: RecordStep | undefined): boolean {
  return new Renaming().same(describeStep(first), describeStep(second));
}

/** What must be the same in every run of a tape; source lines and notes may change with the code. */
function describeStep(step: RecordStep | undefined): string {
  if (step === undefined) return 'the end';
  const what = step.command?.join(' ') ?? step.text ?? '';
  const reply = step.reply === undefined ? '' : ` -> ${JSON.stringify(step.reply)}`;
  const fault = step.fault === undefined ? '' : ` [${step.fault}]`;
  return `${step.id} ${what}${fault}${reply} @${step.atMs} ms`;
}
