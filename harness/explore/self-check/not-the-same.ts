import type { ExecutionResult } from '../../execution/execution.js';
import type { Difference } from '../../record/compare.js';
import type { RecordStep } from '../../record/format.js';
import { Renaming } from '../../record/renaming.js';
import { recordSteps } from '../../record/steps.js';

/** Characters of a value around the place where it differs. */
const SHOWN = 60;
const BEFORE = 20;
const YEAR_MS = 365 * 86_400_000;
/** Milliseconds in what clocks are read in. */
const CLOCK_UNITS_MS = [1000, 1, 0.001];

/** What differs: where, and as which values. */
interface Different {
  readonly where: string;
  readonly first: string;
  readonly second: string;
}

/**
 * Says of two runs of one tape what differs, just that, and what the reason may be.
 *
 * @param found - where they differ
 * @param nowMs - the real date
 * @internal
 */
export function notTheSame(
  found: Difference,
  first: ExecutionResult,
  second: ExecutionResult,
  nowMs: number,
): string {
  const at = found.step - 1;
  const steps = [recordSteps(first.steps)[at], recordSteps(second.steps)[at]] as const;
  const different = inCommand(found.step, ...steps) ?? { where: `step ${found.step}`, ...found };
  const [a, b] = aroundDifference(different.first, different.second);
  return (
    `not deterministic: ${different.where} was "${a}" in one run and "${b}" in the next. ` +
    `${reason(different.first, different.second, nowMs)}. A clock and random numbers are the lab's in code that is loaded ` +
    'after this package: import it first. What a module keeps is best made anew in setup or in the worker'
  );
}

function inCommand(number: number, a?: RecordStep, b?: RecordStep): Different | undefined {
  if (a?.command === undefined || b?.command === undefined || a.id !== b.id) return undefined;
  const [name = ''] = a.command;
  if (name !== b.command[0] || a.command.length !== b.command.length) return undefined;
  const renaming = new Renaming();
  const unlike = (argument: string, at: number): boolean => argument !== b.command![at];
  // One that only looks renamed is what differs where everything else is the same.
  const known = a.command.findIndex((argument, at) => !renaming.same(argument, b.command![at]!));
  const replies = [a.reply, b.reply].map(replyText);
  if (known < 0 && !renaming.same(replies[0]!, replies[1]!))
    return {
      where: `the reply of step ${number} (${a.id} ${name})`,
      first: replies[0]!,
      second: replies[1]!,
    };
  const differing = known < 0 ? a.command.findIndex(unlike) : known;
  if (differing < 0) return undefined;
  const where = `step ${number} (${a.id} ${name}): argument ${differing}`;
  return { where, first: a.command[differing]!, second: b.command[differing]! };
}

function replyText(reply: unknown): string {
  return typeof reply === 'string' ? reply : JSON.stringify(reply ?? null);
}

/** The part of two texts around the first place where they differ. */
function aroundDifference(first: string, second: string): [string, string] {
  let at = 0;
  while (at < first.length && first[at] === second[at]) at += 1;
  const from = Math.max(first.length, second.length) <= SHOWN ? 0 : Math.max(0, at - BEFORE);
  const part = (text: string): string => {
    const end = from + SHOWN;
    return `${from > 0 ? '…' : ''}${text.slice(from, end)}${text.length > end ? '…' : ''}`;
  };
  return [part(first), part(second)];
}

function reason(first: string, second: string, nowMs: number): string {
  const [a, b] = [Number(first), Number(second)];
  if (first.trim() === '' || second.trim() === '' || Number.isNaN(a) || Number.isNaN(b))
    return (
      'Something outlives an execution (a module that counts, remembers or keeps a pool), or comes from a clock or a random ' +
      'function that was taken before'
    );
  if (CLOCK_UNITS_MS.some((unitMs) => Math.abs(a * unitMs - nowMs) < YEAR_MS))
    return 'That is the real date: a clock that was taken, or read, before the lab replaced it';
  return 'A number that goes on from one execution to the next is module state, such as a counter, or a clock that was taken before';
}
