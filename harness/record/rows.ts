import { FAULTS } from '../wire/fault.js';
import { laneName, replyText, stepWords, valueText, workerName } from './command-text.js';
import { lostReply } from './fault-patterns.js';
import type { RecordedRun, RecordStep, Reversion } from './format.js';
import { harmless } from './text.js';

/** The reason of a switch that needs no explanation. */
export const DONE = '■ done';

/** In front of the two steps that must not come in this order. */
const PAIR = '⇄';
/** Behind what was shown to be necessary, and behind what was shown not to be. */
export const NEEDED = '◆';
export const NOT_NEEDED = '◇';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** One step, ready to be laid out. Everything is text for people; nothing is cut yet. */
export interface StepRow {
  readonly step: RecordStep;
  readonly n: number;
  /** `⇄` for a step of the critical pair; else empty. */
  readonly mark: string;
  /** Not causally before the failure. */
  readonly unrelated: boolean;
  readonly worker: number;
  /** The command word by word, or what else the step is. */
  readonly action: readonly string[];
  /** The reply with its arrow; empty where the server was not asked. */
  readonly reply: string;
  /** Values of the keys, word by word: before → after where the step changed them. */
  readonly value: readonly string[];
  readonly changed: boolean;
  /** `:14`, or `b:14` for the second of several files. */
  readonly source: string;
  /** Virtual time, where it moved. */
  readonly time: string;
  /** Why the worker that ran before stopped here. */
  readonly left: { readonly worker: number; readonly reason: string } | undefined;
  /** The fault, and what clients and workers noticed. */
  readonly asides: readonly Aside[];
}

/** A line that belongs to a step. */
export interface Aside {
  readonly kind: 'fault' | 'note';
  readonly text: string;
}

/** The lane table before it is laid out. */
export interface Rows {
  readonly rows: readonly StepRow[];
  /** Workers with a step, in order; 0, a shared client, last. */
  readonly workers: readonly number[];
  /** What to call each of them. */
  readonly nameOf: (worker: number) => string;
  /** The one key that all values are of, or undefined when there are several. */
  readonly key: string | undefined;
  /** Files that the steps come from. */
  readonly files: readonly string[];
}

/** Turns the steps of a record into rows. */
export function rowsOf(record: RecordedRun): Rows {
  const { steps, explanation } = record;
  const unrelated = new Set(explanation?.unrelated);
  const workers = [...new Set(steps.map(({ worker }) => worker))].sort(
    (a, b) => (a || Infinity) - (b || Infinity),
  );
  const keys = new Set(steps.flatMap(({ values }) => values?.map(({ key }) => key) ?? []));
  const key = keys.size === 1 ? [...keys][0] : undefined;
  const files = [
    ...new Set(steps.flatMap(({ source }) => (source === undefined ? [] : [placeOf(source).file]))),
  ];
  let atMs = 0;
  let current = 0;
  const rows = steps.map((step, at): StepRow => {
    const moved = step.atMs !== atMs;
    atMs = step.atMs;
    const left = markedReason(record, reasonToLeave(record, at, current), step.n);
    if (step.worker > 0) current = step.worker;
    return {
      step,
      n: step.n,
      mark: explanation?.pair?.includes(step.n) === true ? PAIR : '',
      unrelated: unrelated.has(step.n),
      worker: step.worker,
      action: [...stepWords(step), necessityMark(record, step.n, ['switch'])].filter((word) => word !== ''),
      reply: replyCell(step),
      ...valueCell(step, key),
      source: sourceCell(step, files),
      time: moved ? `${String(Math.round(step.atMs * 1000) / 1000)} ms` : '',
      left,
      asides: asidesOf(step, necessityMark(record, step.n, ['fault'])),
    };
  });
  return { rows, workers, nameOf: (worker) => laneName(worker, steps), key, files };
}

function replyCell(step: RecordStep): string {
  if (step.reply === undefined) return '';
  // The server answered, but the arrow does not arrive.
  const arrow = lostReply(step) ? `→${FAULTS[step.fault!].mark[0]!}` : '→';
  return `${arrow} ${replyText(step.reply)}`;
}

function valueCell(
  { values = [] }: RecordStep,
  only: string | undefined,
): Pick<StepRow, 'value' | 'changed'> {
  const changes = values.filter(({ before, after }) => before !== after);
  const texts = changes.flatMap(({ key, before, after }) => [
    ...(only === undefined ? [`${harmless(key)}:`] : []),
    valueText(before),
    '→',
    valueText(after),
  ]);
  if (texts.length > 0) return { value: texts, changed: true };
  const [value] = values;
  return { value: only !== undefined && value !== undefined ? [valueText(value.after)] : [], changed: false };
}

function placeOf(source: string): { file: string; line: string } {
  const found = /^(.*?)(?::(\d+))?(?::\d+)?$/s.exec(source)!;
  return { file: harmless(found[1]!), line: found[2] ?? '' };
}

function sourceCell({ source }: RecordStep, files: readonly string[]): string {
  if (source === undefined) return '';
  const { file, line } = placeOf(source);
  return `${letterOf(files, file)}:${line}`;
}

/** A letter that stands for a file in the table, where names would take the place of commands. */
function letterOf(files: readonly string[], file: string): string {
  return files.length === 1 ? '' : (LETTERS[files.indexOf(file)] ?? '…');
}

/** The files that a table comes from, each with the letter that stands for it. */
export function fileList({ files }: Rows): string[] {
  return files.map((file) => (files.length === 1 ? file : `${letterOf(files, file)}  ${file}`));
}

/** `◆` or `◇` where the change at this step was left out to see what happens. */
function necessityMark(
  { explanation }: RecordedRun,
  n: number,
  changes: readonly Reversion['change'][],
): string {
  const found = explanation?.reverted.find(({ step, change }) => step === n && changes.includes(change));
  return found === undefined ? '' : found.necessary ? NEEDED : NOT_NEEDED;
}

function markedReason(record: RecordedRun, left: StepRow['left'], n: number): StepRow['left'] {
  return left && { ...left, reason: `${left.reason} ${necessityMark(record, n, ['preemption'])}`.trim() };
}

function asidesOf({ fault, notes = [] }: RecordStep, necessity: string): Aside[] {
  const mark: Aside[] =
    fault === undefined ? [] : [{ kind: 'fault', text: `${FAULTS[fault].mark} ${necessity}`.trim() }];
  return [...mark, ...notes.map((note): Aside => ({ kind: 'note', text: harmless(note) }))];
}

/** Why the worker that ran last does not run now. Undefined when there is no switch of workers here. */
function reasonToLeave({ steps, verdict }: RecordedRun, at: number, current: number): StepRow['left'] {
  const step = steps[at]!;
  if (current === 0) return undefined;
  const left = (reason: string): StepRow['left'] => ({ worker: current, reason });
  if (step.kind === 'expiry') return left('‖ time passes');
  if (step.preemption === true) return left(step.worker === current ? '‖ held up' : '‖ preempted');
  // A shared client moves by itself only when no worker can.
  if (step.worker === current || step.worker === 0) return undefined;
  const before = steps.slice(0, at);
  if (before.some(({ worker, fault }) => worker === current && fault === 'worker-crash')) return undefined;
  // A fault may be aimed at another worker without counting as a preemption.
  if (step.fault !== undefined) return left('‖ paused');
  const next = steps.slice(at).find(({ worker }) => worker === current);
  if (next !== undefined) {
    const what = next.kind === 'timer' ? ': timer' : next.kind === 'connect' ? ': reconnect' : '';
    return left(`‖ waits${what}`);
  }
  const name = workerName(current);
  if (verdict?.kind === 'hangs' && new RegExp(`\\b${name} waits\\b`).test(verdict.observed))
    return left('‖ waits for ever');
  const failed = steps.some(({ notes = [] }) => notes.some((note) => note.startsWith(`${name} ended with`)));
  return left(failed ? '■ failed' : DONE);
}
