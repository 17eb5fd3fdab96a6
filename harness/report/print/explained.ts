import { diagnose } from '../diagnosis/diagnosis.js';
import type { Diagnosis } from '../diagnosis/pattern.js';
import { workerName } from '../text/command-text.js';
import type { Explanation, RaceRecord, RecordStep, Reversion } from '../../record/format.js';
import { NEEDED, NOT_NEEDED } from '../lanes/marks.js';
import { count, grouped, listed } from '../../base/text.js';

/** What variations of the execution showed about it, in words. Undefined where nothing was tried. @internal */
export interface Explained {
  /** Which two steps must not come in this order. */
  readonly pair: string;
  /** Which of what is left is necessary, a line for each answer. */
  readonly needed: readonly string[];
}

/** Puts the explanation of a record into words. @internal */
export function explainedText(record: RaceRecord): Explained | undefined {
  const { explanation } = record;
  if (explanation === undefined) return undefined;
  return { pair: pairText(diagnose(record), record, explanation), needed: neededLines(record, explanation) };
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

/** Is the pair a part of what the sentence tells? One without a pattern tells no story. */
function tellsOf({ pattern, sentence }: Diagnosis, pair: readonly number[]): boolean {
  const lists = Array.from(sentence.matchAll(/\bsteps? ((?:\d+(?:, | and )?)+)/g), ([, list]) => list!);
  const named = lists.flatMap((list) => list.match(/\d+/g) ?? []).map(Number);
  return pattern === 'unnamed' || pair.every((n) => named.includes(n));
}

function pairText(
  diagnosis: Diagnosis,
  { minimal, steps }: RaceRecord,
  { reverted, pair, swaps }: Explanation,
): string {
  if (pair !== undefined) {
    const checked = `swap steps ${pair[0]} and ${pair[1]} and it passes (checked)`;
    return tellsOf(diagnosis, pair) ? checked : `${checked}: up to there, it could still go well`;
  }
  if (swaps.tried < swaps.of) {
    return `none found: ${swaps.tried} of ${count(swaps.of, 'pair')} of steps swapped, and it never passed`;
  }
  const tried = swaps.of === 0 ? '' : ` (${grouped(swaps.of)} tried)`;
  const nothing = `no swap of two steps makes it pass${tried}`;
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
