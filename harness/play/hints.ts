import type { RaceRecord, RecordStep } from '../record/format.js';
import { briefStep, workerName } from '../report/text/command-text.js';
import { faultWords } from '../report/text/fault-text.js';

/** Hints that a person can still use. */
const HINTS_MAX = 8;

/** What the lab's own schedule gives away, a little more with each line. @internal */
export function hintsOf(record: RaceRecord): string[] {
  const { steps, explanation, minimal } = record;
  const [first, second] = explanation?.pair ?? [];
  const pair =
    first === undefined || second === undefined
      ? []
      : [`What decides: ${whose(steps[first - 1]!)} comes before ${whose(steps[second - 1]!)}.`];
  return [
    enough(minimal, record.tape.choices),
    ...pair,
    ...steps.flatMap((_, at) => departure(steps, at)),
  ].slice(0, HINTS_MAX);
}

function enough({ preemptions, faults }: RaceRecord['minimal'], choices: readonly number[]): string {
  const parts = [
    ...(preemptions > 0 ? [counted(preemptions, 'preemption')] : []),
    ...(faults > 0 ? [counted(faults, 'fault')] : []),
  ];
  if (parts.length === 0)
    return choices.some((choice) => choice > 0)
      ? 'Nobody has to be interrupted: another order is enough.'
      : 'Nothing has to happen: the calm order is enough.';
  const text = parts.join(' and ');
  return `${text[0]!.toUpperCase()}${text.slice(1)} ${preemptions + faults === 1 ? 'is' : 'are'} enough.`;
}

const WORDS = ['no', 'one', 'two', 'three', 'four'];

function counted(number: number, what: string): string {
  return `${WORDS[number] ?? String(number)} ${what}${number === 1 ? '' : 's'}`;
}

function whose(step: RecordStep): string {
  return `${briefStep(step)} of ${workerName(step.worker)}`;
}

/** What is done there that is not calm. */
function departure(steps: readonly RecordStep[], at: number): string[] {
  const step = steps[at]!;
  if (step.fault !== undefined) return [`Let this strike ${whose(step)}: ${faultWords(step.fault)}.`];
  if (step.preemption !== true) return [];
  const current = steps.slice(0, at).findLast(({ worker }) => worker > 0)?.worker;
  const held = steps.slice(at).find(({ worker }) => worker === current);
  if (current === undefined || held === undefined || step.worker === current)
    return [`Let ${whose(step)} come early.`];
  return [
    `Hold ${workerName(current)} up before its ${briefStep(held)}, and let ${workerName(step.worker)} go on.`,
  ];
}
