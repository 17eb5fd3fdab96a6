/** One record as the page shows it: texts, ready to be put into elements. */
import { defined } from '../../base/defined.js';
import { harmless } from '../../base/text.js';
import type { RaceRecord } from '../../record/format.js';
import { diagnose } from '../diagnosis/diagnosis.js';
import { rowsOf, type StepRow } from '../lanes/rows.js';
import type { Explored } from '../print/explored.js';
import { knownFacts, wrongFacts, type Fact } from '../print/facts.js';
import { renderFailure } from '../print/failure.js';
import { COLUMNS_IN_FILES } from '../text/layout.js';
import { placeOf } from '../text/recorded-step.js';
import { presentable } from '../text/presentable.js';
import { scenarioName } from '../text/run-text.js';
import { earlierSteps } from './happens-before.js';
import { touchedBy, type TouchedKey } from './store.js';

/** Steps of one record on the page: what is longer shows its end, where what is wrong shows. */
const STEPS_MAX = 5000;

/** A step on the page. @internal */
export interface StepView {
  readonly n: number;
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

/** A record on the page. @internal */
export interface RecordView {
  readonly name: string;
  readonly sentence: string;
  readonly lanes: readonly string[];
  /** What is known besides the steps. */
  readonly facts: readonly Fact[];
  readonly steps: readonly StepView[];
  /** Steps before the first of these, which are not on the page. */
  readonly cut: number;
  readonly pair: readonly [number, number] | null;
  /** Paths of sources. */
  readonly files: readonly string[];
  /** The whole of it as a terminal shows it. */
  readonly terminal: string;
  readonly replay: string;
}

/**
 * @param replay - the line that runs it again
 * @param verdict - what the exploration covered
 * @internal
 */
export function viewOf(whole: RaceRecord, replay: string, verdict?: Explored): RecordView {
  const record = presentable(whole);
  const { rows, workers, nameOf, files } = rowsOf(record);
  const earlier = earlierSteps(record.steps);
  const cut = Math.max(0, rows.length - STEPS_MAX);
  const laneOf = (worker: number): number => workers.indexOf(worker);
  return {
    name: harmless(scenarioName(record)),
    sentence: diagnose(record).sentence,
    lanes: workers.map(nameOf),
    facts: [...wrongFacts(record), ...knownFacts(record, { rows, files, verdict })],
    steps: rows.slice(cut).map((row, at) => stepOf(row, laneOf, earlier[cut + at]!, files)),
    cut,
    pair: record.explanation?.pair ?? null,
    files,
    terminal: renderFailure(whole, { columns: COLUMNS_IN_FILES, replay, ...defined({ verdict }) }),
    replay,
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
