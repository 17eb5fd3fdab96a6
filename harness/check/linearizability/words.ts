import { shown } from '../../base/shown.js';
import type { CheckedOperation } from './calls.js';

/** Operations that are named one by one. */
const NAMED_MAX = 8;

/** `w1 write 1 → OK`, for people. @internal */
export function operationText({ worker, name, input, value, outcome = 'ok' }: CheckedOperation): string {
  const given = input === undefined ? '' : ` ${shown(input)}`;
  const returned = outcome === 'ok' ? (value === undefined ? '' : ` → ${shown(value)}`) : ' → ?';
  return `w${worker} ${name}${given}${returned}`;
}

/** The last of them, in their order. @internal */
export function orderText(order: readonly CheckedOperation[]): string {
  const more = order.length - NAMED_MAX;
  const named = order.slice(-NAMED_MAX).map(operationText).join(', ');
  return more > 0 ? `${more} more and then ${named}` : named;
}
