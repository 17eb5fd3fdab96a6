import { harmless } from '../../base/text.js';
import { FAULTS } from '../../faults/catalogue.js';
import type { RecordedRun, RecordStep } from '../../record/format.js';
import { replyText, stepWords, valueText, workerName } from '../text/command-text.js';
import { lostReply } from '../text/fault-text.js';
import { isOfServer } from '../text/recorded-step.js';
import { departureOf, type Departure } from './departure.js';
import { necessityMark, PAIR } from './marks.js';
import { filesOf, sourceCell } from './source-files.js';

/** One step, ready to be laid out. Everything is text for people; nothing is cut yet. @internal */
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
  readonly left: Departure | undefined;
  /** The fault, and what clients and workers noticed. */
  readonly asides: readonly Aside[];
}

/** A line that belongs to a step. @internal */
export interface Aside {
  readonly kind: 'fault' | 'note';
  readonly text: string;
}

/** The lane table before it is laid out. @internal */
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

/** Turns the steps of a record into rows. @internal */
export function rowsOf(record: RecordedRun): Rows {
  const { steps, explanation } = record;
  const unrelated = new Set(explanation?.unrelated);
  const workers = [...new Set(steps.map(({ worker }) => worker))].sort(
    (a, b) => (a || Infinity) - (b || Infinity),
  );
  const keys = new Set(steps.flatMap(({ values }) => values?.map(({ key }) => key) ?? []));
  const key = keys.size === 1 ? [...keys][0] : undefined;
  const files = filesOf(steps);
  let atMs = 0;
  let current = 0;
  const rows = steps.map((step, at): StepRow => {
    const moved = step.atMs !== atMs;
    atMs = step.atMs;
    const left = departureOf(record, at, current);
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
  const nobody = laneName(0, steps);
  const nameOf = (worker: number): string => (worker === 0 ? nobody : workerName(worker));
  return { rows, workers, nameOf, key, files };
}

/** The name of a lane: what nobody does is done by a shared client, or to the server. */
function laneName(worker: number, steps: readonly RecordStep[]): string {
  if (worker !== 0) return workerName(worker);
  const own = steps.filter((step) => step.worker === 0);
  const ofServer = own.filter(isOfServer);
  if (ofServer.length === 0) return workerName(0);
  return ofServer.length === own.length ? 'server' : 'shared, server';
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

function asidesOf({ fault, notes = [] }: RecordStep, necessity: string): Aside[] {
  const mark: Aside[] =
    fault === undefined ? [] : [{ kind: 'fault', text: `${FAULTS[fault].mark} ${necessity}`.trim() }];
  return [...mark, ...notes.map((note): Aside => ({ kind: 'note', text: harmless(note) }))];
}
