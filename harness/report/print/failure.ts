import { count, grouped, harmless, wrap } from '../../base/text.js';
import type { RaceRecord } from '../../record/format.js';
import { diagnose } from '../diagnosis/diagnosis.js';
import { laneTable } from '../lanes/lanes.js';
import { meaningsOf } from '../lanes/departure.js';
import { rowsOf } from '../lanes/rows.js';
import { fileList } from '../lanes/source-files.js';
import { COLUMNS_MIN, INDENT } from '../text/layout.js';
import { painterFor } from '../text/painter.js';
import { presentable } from '../text/presentable.js';
import { scenarioName, setupText, sizeText } from '../text/run-text.js';
import { explainedText } from './explained.js';
import { exploredText, type Explored } from './explored.js';
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
  const { verdict } = record;
  const explained = explainedText(record);
  const shown = all ? record : withoutBeginning(record);
  const rows = rowsOf(shown);
  const meanings = meaningsOf(rows.rows.flatMap(({ left }) => (left === undefined ? [] : [left.reason])));
  const head = wrap(`✗ ${diagnose(record).sentence}`, layout.columns - INDENT.length);
  return [
    ...head.map((line, at) => (at === 0 ? '' : INDENT) + painter.bold.red(line)),
    '',
    ...fields.line('scenario', harmless(scenarioName(record))),
    ...fields.line(verdict.kind, harmless(verdict.invariant)),
    ...fields.line('expected', harmless(verdict.expected), painter.green),
    ...fields.line('observed', harmless(verdict.observed), painter.red),
    ...(verdict.where === undefined ? [] : fields.line('where', harmless(verdict.where.join(' ← ')))),
    '',
    ...laneTable(shown, layout),
    ...(shown === record ? [] : [INDENT + beginningText(shown)]),
    '',
    ...meanings.flatMap((meaning, at) => fields.line(at === 0 ? 'means' : '', `‖ ${meaning}`)),
    ...fileList(rows).flatMap((file, at) => fields.line(at === 0 ? 'code' : '', file)),
    ...(explained === undefined ? [] : fields.line('critical', explained.pair)),
    ...sizeLines(record, fields),
    ...(explained?.needed ?? []).flatMap((line, at) => fields.line(at === 0 ? 'needed' : '', line)),
    ...fields.line('found', foundText(record)),
    ...(context.verdict === undefined ? [] : fields.line('explored', exploredText(context.verdict))),
    ...fields.line('again', reproducedText(record.reproduced)),
    ...fields.line('with', setupText(record)),
    // Never broken: it is there to be copied.
    ...(replay === undefined ? [] : [fields.label('replay') + painter.bold(replay)]),
  ].join('\n');
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

/** How small it was made; what has no end stays as it was found, since what keeps it from ending might be left out. */
function sizeLines(record: RaceRecord, fields: Fields): string[] {
  const size = sizeText(record.minimal);
  if (record.verdict.kind === 'incomplete') return fields.line('size', size);
  return [...fields.line('minimal', size), ...fields.line('shrunk', shrinkText(record))];
}

function shrinkText({ minimal, found }: RaceRecord): string {
  const { from, shrinkRuns, shrinkStoppedAfterMs: stoppedMs } = found;
  const stopped =
    stoppedMs === undefined ? '' : `; shrinking stopped after ${(stoppedMs / 1000).toFixed(1)} s`;
  const parts = (['workers', 'steps', 'preemptions', 'faults'] as const).filter(
    (part) => from[part] !== minimal[part],
  );
  const tried = `(${count(shrinkRuns, 'execution')} tried${stopped})`;
  if (parts.length === 0) return `it was found at this size ${tried}`;
  const changes = parts.map((part) => `${part} ${grouped(from[part])} → ${grouped(minimal[part])}`);
  return `${changes.join(', ')} ${tried}`;
}

function foundText({ found: { strategy, sampler, execution } }: RaceRecord): string {
  const by = sampler === undefined ? `${strategy} exploration` : `${sampler} (strategy ${strategy})`;
  return `in execution ${grouped(execution)}, by ${by}`;
}

function reproducedText({ times, of, elsewhere }: RaceRecord['reproduced']): string {
  // Another process loads modules anew: nothing is known of that, unless one was asked.
  const text = `reproduced ${times}/${of} in the process that found it`;
  if (times < of) return `${text}: something that the lab does not control takes part in it`;
  if (elsewhere === undefined) return text;
  if (elsewhere.same) return `${text}, and in another one`;
  const { step, first, second } = elsewhere.difference ?? { step: 1, first: '', second: '' };
  return `${text}, and not in another one: there step ${step} was ${second}, and not ${first}. It depends on what a process did before, such as what a module keeps`;
}
