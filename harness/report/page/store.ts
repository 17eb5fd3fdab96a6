import type { RecordStep } from '../../record/format.js';
import { valueText } from '../text/command-text.js';
import { harmless } from '../../base/text.js';

/** A key that a step names. @internal */
export interface TouchedKey {
  readonly key: string;
  /** Its value before the step, as text. */
  readonly before: string;
  readonly after: string;
  readonly changed: boolean;
}

/** What a step did to the keys that its command names; the page adds it up to the store at each step. @internal */
export function touchedBy({ values = [] }: RecordStep): TouchedKey[] {
  return values.map(({ key, before, after }) => ({
    key: harmless(key),
    before: valueText(before),
    after: valueText(after),
    changed: before !== after,
  }));
}
