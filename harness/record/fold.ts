import type { StepRow } from './rows.js';

/** The longest cycle of steps that counts as a loop. */
const CYCLE_MAX = 8;
/** So often must a cycle come back before it is folded. */
const REPEATS_MIN = 3;

/** A run of rows that stand for themselves, or repetitions of the rows right before them. */
export type Folded =
  { readonly row: StepRow } | { readonly again: number; readonly from: number; readonly to: number };

/**
 * Folds loops: a retry loop that goes round thirty times is shown once, with a note how often it came back.
 * Only rows that look the same in everything but number and time are folded.
 */
export function fold(rows: readonly StepRow[]): Folded[] {
  const looks = rows.map(look);
  const folded: Folded[] = [];
  let at = 0;
  while (at < rows.length) {
    const { length, times } = cycleAt(looks, at);
    for (const row of rows.slice(at, at + length)) folded.push({ row });
    if (times > 1) {
      folded.push({ again: times - 1, from: rows[at + length]!.n, to: rows[at + length * times - 1]!.n });
    }
    at += length * times;
  }
  return folded;
}

/** The shortest cycle that begins here and comes back often enough; else the single row. */
function cycleAt(looks: readonly string[], at: number): { length: number; times: number } {
  for (let length = 1; length <= CYCLE_MAX; length++) {
    let end = at + length;
    while (end < looks.length && looks[end] === looks[end - length]) end += 1;
    const times = Math.floor((end - at) / length);
    if (times >= REPEATS_MIN) return { length, times };
  }
  return { length: 1, times: 1 };
}

function look({ worker, action, reply, value, left, asides, step }: StepRow): string {
  return JSON.stringify([worker, action, reply, value, left, asides, step.preemption]);
}
