import { InvalidArgumentError } from 'commander';
import { FAULT_KINDS, type FaultKind } from '../wire/fault.js';

/** Parses a whole number of at least `least`. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const number = Number(text);
    // Number() also takes "", " 1", "1e3" and "0x10", which nobody means here.
    if (/^-?\d+$/.test(text) && number >= least && number <= most) return number;
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`Give a whole number ${range}.`);
  };
}

/** Parses a number of seconds. */
export function secondsNumber(text: string): number {
  const number = Number(text);
  if (/^(\d+\.?\d*|\.\d+)$/.test(text) && number > 0) return number;
  throw new InvalidArgumentError('Give a number of seconds above 0.');
}

/** Collects an option that may be given several times. */
export function collect(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}

/** Collects names of faults. */
export function collectFault(text: string, before: readonly FaultKind[] | undefined): readonly FaultKind[] {
  const kind = FAULT_KINDS.find((known) => known === text);
  if (kind !== undefined) return [...(before ?? []), kind];
  throw new InvalidArgumentError(`Give one of ${FAULT_KINDS.join(', ')}.`);
}
