/** One record as the page shows it: texts, ready to be put into elements. */
import { defined } from '../../base/defined.js';
import { harmless } from '../../base/text.js';
import type { OtherRun, RaceRecord } from '../../record/format.js';
import { diagnose } from '../diagnosis/diagnosis.js';
import { rowsOf } from '../lanes/rows.js';
import type { Explored } from '../print/explored.js';
import { knownFacts, wrongFacts, type Fact } from '../print/facts.js';
import { renderFailure } from '../print/failure.js';
import { COLUMNS_IN_FILES } from '../text/layout.js';
import { presentable } from '../text/presentable.js';
import { scenarioName, sizeText } from '../text/run-text.js';
import { historyView, type HistoryView } from './history-view.js';
import { runView, type RunView } from './run-view.js';

/** An execution that a record is seen beside. @internal */
export interface OtherView extends RunView {
  /** What came of it. */
  readonly sentence: string;
}

/** A record on the page. @internal */
export interface RecordView extends RunView {
  readonly name: string;
  readonly sentence: string;
  /** What is known besides the steps. */
  readonly facts: readonly Fact[];
  readonly pair: readonly [number, number] | null;
  /** The execution with that pair swapped; null where the record has none. */
  readonly swapped: OtherView | null;
  /** The execution as it was found, where it is another one; null where the record has none. */
  readonly original: OtherView | null;
  /** The whole of it as a terminal shows it. */
  readonly terminal: string;
  readonly replay: string;
  /** Null where there is none: cells of maps, and records of older versions. */
  readonly history: HistoryView | null;
}

/**
 * @param replay - the line that runs it again
 * @param verdict - what the exploration covered
 * @internal
 */
export function viewOf(whole: RaceRecord, replay: string, verdict?: Explored): RecordView {
  const record = presentable(whole);
  const { explanation, found } = record;
  const shown = rowsOf(record);
  const { rows, files } = shown;
  return {
    ...runView(record, shown),
    name: harmless(scenarioName(record)),
    sentence: `✗ ${diagnose(record).sentence}`,
    facts: [...wrongFacts(record), ...knownFacts(record, { rows, files, verdict })],
    pair: explanation?.pair ?? null,
    swapped: otherView(record, explanation?.swapped, '✓ With the pair swapped, nothing is wrong at the end.'),
    original: otherView(record, found.original, `✗ As it was found: ${sizeText(found.from)}.`),
    terminal: renderFailure(whole, { columns: COLUMNS_IN_FILES, replay, ...defined({ verdict }) }),
    replay,
    history: historyView(whole),
  };
}

/** What was found out about the steps of the record says nothing about those of another execution. */
function otherView(record: RaceRecord, other: OtherRun | undefined, sentence: string): OtherView | null {
  if (other === undefined) return null;
  return { sentence, ...runView({ ...record, explanation: undefined, ...other }) };
}
