import { count, wrap } from '../../base/text.js';
import type { RaceRecord } from '../../record/format.js';
import { diagnose } from '../diagnosis/diagnosis.js';
import { laneTable } from '../lanes/lanes.js';
import { rowsOf } from '../lanes/rows.js';
import { fileList } from '../lanes/source-files.js';
import { COLUMNS_MIN, INDENT } from '../text/layout.js';
import { painterFor } from '../text/painter.js';
import { presentable } from '../text/presentable.js';
import type { Explored } from './explored.js';
import { knownFacts, wrongFacts, type Fact } from './facts.js';
import { Fields } from './fields.js';

/**
 * What a failure print knows beyond the record.
 *
 * @public
 */
export interface FailureContext {
  /** Columns available. Default: 100. */
  readonly columns?: number;
  /** Default: none; nothing is said by colour alone. */
  readonly colour?: boolean;
  /** What the exploration covered; absent when only the record is at hand. */
  readonly verdict?: Explored;
  /** One line to copy, which runs the record again. */
  readonly replay?: string;
  /** Show also the steps that are not causally before the failure. Default: false. */
  readonly all?: boolean;
}

const COLUMNS_DEFAULT = 100;

/**
 * A finding as people read it, from top to bottom: what happened, in one sentence; what was expected; the steps; how
 * small it is; how it was found; how to see it again. Ends without a line break.
 *
 * @example
 * ```ts
 * import { explore, noStuckKey, renderFailure, scenario } from 'redis-race-lab';
 *
 * const stuck = scenario({
 *   name: 'stuck',
 *   workers: ({ redis }) => redis.set('lock', 'me', 'NX'),
 *   invariants: [noStuckKey('lock')],
 * });
 * const verdict = await explore(stuck);
 * console.log(renderFailure(verdict.record!, { columns: 80, verdict }));
 * ```
 * @public
 */
export function renderFailure(record: RaceRecord, context: FailureContext = {}): string {
  return render(presentable(record), context);
}

function render(record: RaceRecord, context: FailureContext): string {
  const { columns = COLUMNS_DEFAULT, colour = false, replay, all = false } = context;
  const layout = { columns: Math.max(COLUMNS_MIN, columns), colour, all };
  const painter = painterFor(layout);
  const fields = new Fields(layout.columns, painter);
  const shown = all ? record : withoutBeginning(record);
  const rows = rowsOf(shown);
  const known = knownFacts(record, { rows: rows.rows, files: fileList(rows), verdict: context.verdict });
  const head = wrap(`✗ ${diagnose(record).sentence}`, layout.columns - INDENT.length);
  return [
    ...head.map((line, at) => (at === 0 ? '' : INDENT) + painter.bold.red(line)),
    '',
    ...factLines(wrongFacts(record), fields),
    '',
    ...laneTable(shown, layout),
    ...(shown === record ? [] : [INDENT + beginningText(shown)]),
    '',
    ...factLines(known, fields),
    // Never broken: it is there to be copied.
    ...(replay === undefined ? [] : [fields.label('replay') + painter.bold(replay)]),
  ].join('\n');
}

/** A name stands once, before the first of its texts. */
function factLines(facts: readonly Fact[], fields: Fields): string[] {
  const { green: good, red: bad } = fields.painter;
  return facts.flatMap(({ name, text, tone }, at) => {
    const label = facts[at - 1]?.name === name ? '' : name;
    return fields.line(label, text, tone === undefined ? undefined : { good, bad }[tone]);
  });
}

/** Steps that are shown of an execution without an end: its last rounds. */
const LAST_STEPS = 24;

/** An execution without an end is too long to be read; how it ends is what goes on. */
function withoutBeginning(record: RaceRecord): RaceRecord {
  const { verdict, steps } = record;
  if (verdict.kind !== 'incomplete' || steps.length <= LAST_STEPS) return record;
  return { ...record, steps: steps.slice(-LAST_STEPS) };
}

function beginningText({ steps }: RaceRecord): string {
  return `(after the first ${count(steps[0]!.n - 1, 'step')}: --all shows them)`;
}
