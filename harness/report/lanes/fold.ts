import type { StepRow } from './rows.js';

/** The longest cycle of steps that counts as a loop. */
const CYCLE_MAX = 8;
/** Fewer unrelated steps than this take no more room than the line that would stand for them. */
const UNRELATED_MIN = 2;
/** So often must a cycle come back before it is folded. */
const REPEATS_MIN = 3;
/** Longer tables show their begin and their end. */
const SHOWN_MAX = 2000;

/** A row that stands for itself, repetitions of the rows right before them, or rows that do not matter. @internal */
export type Folded = { readonly row: StepRow } | FoldedRows;

/** Rows of which only the number is shown. @internal */
export interface FoldedRows {
  readonly why: 'again' | 'unrelated' | 'quit' | 'more';
  /** How often they came back, or how many they are. */
  readonly count: number;
  /** Numbers of the first and the last step. */
  readonly from: number;
  readonly to: number;
}

/** Folds what does not matter, then loops in what is left, then what nobody could read. @param all - not what does not matter @internal */
export function fold(rows: readonly StepRow[], all = false): Folded[] {
  const folded = all ? foldLoops(rows) : foldQuit(rows);
  if (folded.length <= SHOWN_MAX) return folded;
  const middle = folded.slice(SHOWN_MAX / 2, -SHOWN_MAX / 2);
  const [from, to] = [firstOf(middle[0]!), lastOf(middle.at(-1)!)];
  const more: FoldedRows = { why: 'more', count: to - from + 1, from, to };
  return [...folded.slice(0, SHOWN_MAX / 2), more, ...folded.slice(-SHOWN_MAX / 2)];
}

function firstOf(folded: Folded): number {
  return 'row' in folded ? folded.row.n : folded.from;
}

function lastOf(folded: Folded): number {
  return 'row' in folded ? folded.row.n : folded.to;
}

/** That clients say good-bye, wherever it comes, is one line at the end. */
function foldQuit(rows: readonly StepRow[]): Folded[] {
  const quits = rows.filter((row) => row.unrelated && row.action[0] === 'QUIT');
  if (quits.length === 0) return foldUnrelated(rows);
  const rest = foldUnrelated(rows.filter((row) => !quits.includes(row)));
  return [...rest, { why: 'quit', count: quits.length, from: quits[0]!.n, to: quits.at(-1)!.n }];
}

function foldUnrelated(rows: readonly StepRow[]): Folded[] {
  const folded: Folded[] = [];
  let at = 0;
  while (at < rows.length) {
    const { unrelated } = rows[at]!;
    let end = at + 1;
    while (end < rows.length && rows[end]!.unrelated === unrelated) end += 1;
    const run = rows.slice(at, end);
    if (unrelated && run.length >= UNRELATED_MIN)
      folded.push({ why: 'unrelated', count: run.length, from: run[0]!.n, to: run.at(-1)!.n });
    else for (const one of foldLoops(run)) folded.push(one);
    at = end;
  }
  return folded;
}

/**
 * Folds loops: a retry loop that goes round thirty times is shown once, with a note how often it came back.
 * Only rows that look the same in everything but number and time are folded.
 */
function foldLoops(rows: readonly StepRow[]): Folded[] {
  const looks = rows.map(look);
  const folded: Folded[] = [];
  let at = 0;
  while (at < rows.length) {
    const { length, times } = cycleAt(looks, at);
    for (const row of rows.slice(at, at + length)) folded.push({ row });
    if (times > 1) {
      folded.push({
        why: 'again',
        count: times - 1,
        from: rows[at + length]!.n,
        to: rows[at + length * times - 1]!.n,
      });
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

/** A step of the critical pair is like no other: it has to be seen. */
function look({ worker, action, reply, value, left, asides, step, mark, n }: StepRow): string {
  const own = mark === '' ? [] : [n];
  return JSON.stringify([worker, action, reply, value, left, asides, step.preemption, ...own]);
}
