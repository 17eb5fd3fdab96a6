import type { RecordedRun, Reversion } from '../../record/format.js';

/** In front of the two steps that must not come in this order. @internal */
export const PAIR = '⇄';
/** Behind what was shown to be necessary. @internal */
export const NEEDED = '◆';
/** Behind what was shown not to be necessary. @internal */
export const NOT_NEEDED = '◇';

/** `◆` or `◇` where a change of these kinds at this step was left out to see what happens; else empty. @internal */
export function necessityMark(
  { explanation }: RecordedRun,
  n: number,
  changes: readonly Reversion['change'][],
): string {
  const found = explanation?.reverted.find(({ step, change }) => step === n && changes.includes(change));
  return found === undefined ? '' : found.necessary ? NEEDED : NOT_NEEDED;
}
