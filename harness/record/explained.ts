import { workerName } from './command-text.js';
import type { Explanation, RaceRecord, RecordStep, Reversion } from './format.js';
import { NEEDED, NOT_NEEDED } from './rows.js';
import { count, listed } from './text.js';

/** What variations of the execution showed about it, in words. Undefined where nothing was tried. */
export interface Explained {
  /** Which two steps must not come in this order. */
  readonly pair: string;
  /** Which of what is left is necessary, a line for each answer. */
  readonly needed: readonly string[];
}

/** Puts the explanation of a record into words. */
export function explainedText(record: RaceRecord): Explained | undefined {
  const { explanation } = record;
  if (explanation === undefined) return undefined;
  return { pair: pairText(record, explanation), needed: neededLines(record, explanation) };
}

function neededLines({ steps }: RaceRecord, { reverted }: Explanation): string[] {
  if (reverted.length === 0) return ['no preemption and no fault: it happens when everything is calm'];
  const words = (is: boolean): string[] =>
    reverted.filter(({ necessary }) => necessary === is).map((change) => changeText(change, steps));
  const [needed, notNeeded] = [words(true), words(false)];
  const lines: string[] = [];
  if (needed.length > 0) {
    const gone = needed.length === 1 ? 'without it' : 'without any one of them';
    lines.push(`${NEEDED} ${listed(needed)}: ${gone} this does not happen (checked)`);
  }
  if (notNeeded.length > 0) {
    const without = notNeeded.length === 1 ? 'without it' : 'without each of them';
    lines.push(`${NOT_NEEDED} not needed: ${listed(notNeeded)}; this happens ${without}, too (checked)`);
  }
  return lines;
}

function pairText({ minimal, steps }: RaceRecord, { reverted, pair, swaps }: Explanation): string {
  if (pair !== undefined) return `swap steps ${pair[0]} and ${pair[1]} and it passes (checked)`;
  if (swaps.tried < swaps.of) {
    return `none found: ${swaps.tried} of ${count(swaps.of, 'pair')} of steps swapped, and it never passed`;
  }
  const nothing = 'no swap of two steps makes it pass';
  if (minimal.faults > 0 && reverted.every(({ change }) => change === 'fault')) {
    return `${nothing}: the ${minimal.faults === 1 ? 'fault alone is' : 'faults alone are'} enough`;
  }
  const alone = new Set(steps.map(({ worker }) => worker)).size < 2;
  return alone ? `${nothing}: one worker alone is enough` : nothing;
}

function changeText({ step, change }: Reversion, steps: readonly RecordStep[]): string {
  switch (change) {
    case 'fault':
      return `the fault at step ${step}`;
    case 'preemption':
      return steps[step - 1]!.kind === 'expiry'
        ? `that time passes at step ${step}`
        : `the preemption before step ${step}`;
    case 'switch': {
      const { kind, worker } = steps[step - 1]!;
      return kind === 'timer'
        ? `that the timer of step ${step} comes first`
        : `that ${workerName(worker)} is first at step ${step}`;
    }
  }
}
