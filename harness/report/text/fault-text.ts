import { FAULTS, type FaultKind } from '../../faults/catalogue.js';
import type { RecordStep } from '../../record/format.js';

/** A fault in words: its mark without the symbol. @internal */
export function faultWords(fault: FaultKind): string {
  return FAULTS[fault].mark.replace(/^\S+ /, '');
}

/** Did the server run the command of this step although the client was not told? @internal */
export function lostReply({ fault, reply }: RecordStep): boolean {
  return fault !== undefined && reply !== undefined && FAULTS[fault].outcome === 'ambiguous';
}
