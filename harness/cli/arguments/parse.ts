import { InvalidArgumentError } from 'commander';
import type { VerdictKind } from '../../record/verdict.js';
import { FAULT_KINDS, USUAL_FAULTS, type FaultKind } from '../../faults/catalogue.js';
import { isServerFault, SERVER_FAULT_KINDS } from '../../faults/server-fault.js';

/** Parses a whole number of at least `least`. @internal */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const number = Number(text);
    // Number() also takes "", " 1", "1e3" and "0x10", which nobody means here.
    if (/^-?\d+$/.test(text) && number >= least && number <= most) return number;
    const open = most === Number.MAX_SAFE_INTEGER && !(number > most);
    const range = open ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`Give a whole number ${range}.`);
  };
}

/** Parses a number of seconds. @internal */
export function secondsNumber(text: string): number {
  const number = Number(text);
  if (/^(\d+\.?\d*|\.\d+)$/.test(text) && number > 0) return number;
  throw new InvalidArgumentError('Give a number of seconds above 0, such as 90 or 0.5.');
}

/** Verdicts that can be a reason to fail, the usual ones first. @internal */
export const FAILING_KINDS: readonly VerdictKind[] = ['breaks', 'hangs', 'incomplete', 'error', 'holds'];

/** Parses verdicts with commas between them. @internal */
export function failingKinds(text: string): readonly VerdictKind[] {
  return text.split(',').map((word) => {
    const kind = FAILING_KINDS.find((one) => one === word.trim());
    if (kind === undefined)
      throw new InvalidArgumentError(`Give some of ${FAILING_KINDS.join(', ')}, with commas between them.`);
    return kind;
  });
}

/** Collects an option that may be given several times. @internal */
export function collect(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}

/** Names that stand for several faults. @internal */
export const FAULT_GROUPS: Readonly<Record<string, readonly FaultKind[]>> = {
  usual: USUAL_FAULTS,
  client: FAULT_KINDS.filter((kind) => !isServerFault(kind)),
  server: SERVER_FAULT_KINDS,
};

/** Collects names of faults, or of groups of them, each fault once. @internal */
export function collectFault(text: string, before: readonly FaultKind[] | undefined): readonly FaultKind[] {
  const kinds = FAULT_GROUPS[text] ?? FAULT_KINDS.filter((known) => known === text);
  if (kinds.length > 0) return [...new Set([...(before ?? []), ...kinds])];
  const groups = Object.keys(FAULT_GROUPS).join(', ');
  throw new InvalidArgumentError(`Give a group (${groups}) or one of ${FAULT_KINDS.join(', ')}.`);
}
