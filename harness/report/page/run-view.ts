/** One execution as the page shows it: texts, ready to be put into elements. */
import { harmless } from '../../base/text.js';
import type { RecordedRun } from '../../record/format.js';
import { rowsOf, type Rows, type StepRow } from '../lanes/rows.js';
import { placeOf } from '../text/recorded-step.js';
import { earlierSteps } from './happens-before.js';
import { touchedBy, type TouchedKey } from './store.js';

/** Steps of one execution on the page: what is longer shows its end, where what is wrong shows. */
const STEPS_MAX = 5000;

/** A step on the page. @internal */
export interface StepView {
  readonly n: number;
  /** Stable identity: worker and position in its own order. */
  readonly id: string;
  /** Index of its lane. */
  readonly lane: number;
  readonly kind: string;
  readonly action: string;
  readonly reply: string;
  /** Values of the keys, as the terminal has them. */
  readonly value: string;
  readonly changed: boolean;
  readonly time: string;
  /** Virtual ms since the execution began. */
  readonly atMs: number;
  readonly mark: string;
  readonly unrelated: boolean;
  readonly fault: boolean;
  /** Index of the file, and its line. */
  readonly source: readonly [file: number, line: number] | null;
  /** Why the worker before stopped, and in which lane. */
  readonly left: { readonly lane: number; readonly reason: string } | null;
  readonly asides: readonly { readonly kind: string; readonly text: string }[];
  readonly keys: readonly TouchedKey[];
  /** Steps of others that come before it, for what they touch. */
  readonly earlier: readonly number[];
}

/** An execution on the page. @internal */
export interface RunView {
  readonly lanes: readonly string[];
  readonly steps: readonly StepView[];
  /** Steps before the first of these, which are not on the page. */
  readonly cut: number;
  /** Paths of sources. */
  readonly files: readonly string[];
}

/** @param run - as `presentable` makes it @param shown - its rows @internal */
export function runView(run: RecordedRun, shown: Rows = rowsOf(run)): RunView {
  const { rows, workers, nameOf, files } = shown;
  const earlier = earlierSteps(run.steps);
  const cut = Math.max(0, rows.length - STEPS_MAX);
  const laneOf = (worker: number): number => workers.indexOf(worker);
  return {
    lanes: workers.map(nameOf),
    steps: rows.slice(cut).map((row, at) => stepOf(row, laneOf, earlier[cut + at]!, files)),
    cut,
    files,
  };
}

function stepOf(
  row: StepRow,
  laneOf: (worker: number) => number,
  earlier: readonly number[],
  files: readonly string[],
): StepView {
  const { step, n, mark, unrelated, worker, action, reply, value, changed, time, left, asides } = row;
  return {
    n,
    id: harmless(step.id),
    lane: laneOf(worker),
    kind: step.kind,
    action: action.join(' '),
    reply,
    value: value.join(' '),
    changed,
    time,
    atMs: step.atMs,
    mark,
    unrelated,
    fault: step.fault !== undefined,
    source: sourceOf(step.source, files),
    left: left === undefined ? null : { lane: laneOf(left.worker), reason: left.reason },
    asides,
    keys: touchedBy(step),
    earlier,
  };
}

function sourceOf(source: string | undefined, files: readonly string[]): StepView['source'] {
  const { file, line } = placeOf(source ?? '');
  return line === '' ? null : [files.indexOf(file), Number(line)];
}
