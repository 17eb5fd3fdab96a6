/** What is known of a finding besides its steps: one list for every place that shows one. */
import { count, grouped, harmless } from '../../base/text.js';
import type { RaceRecord } from '../../record/format.js';
import { meaningsOf } from '../lanes/departure.js';
import type { StepRow } from '../lanes/rows.js';
import { scenarioName, setupText, sizeText } from '../text/run-text.js';
import { explainedText } from './explained.js';
import { exploredText, type Explored } from './explored.js';

/** One thing that is known, in words. Several in a row may have one name. @internal */
export interface Fact {
  readonly name: string;
  readonly text: string;
  /** What was to be is good, and what was instead is bad. */
  readonly tone?: 'good' | 'bad';
}

/** What was wrong: what a reader wants to know before the steps. @internal */
export function wrongFacts(record: RaceRecord): Fact[] {
  const { kind, invariant, expected, observed, where } = record.verdict;
  return [
    { name: 'scenario', text: harmless(scenarioName(record)) },
    { name: kind, text: harmless(invariant) },
    { name: 'expected', text: harmless(expected), tone: 'good' },
    { name: 'observed', text: harmless(observed), tone: 'bad' },
    ...(where === undefined ? [] : [{ name: 'where', text: harmless(where.join(' ← ')) }]),
  ];
}

/** What the facts are of, beyond the record. @internal */
export interface FactsContext {
  /** The steps that are shown. */
  readonly rows: readonly StepRow[];
  /** Their sources, as the steps name them. */
  readonly files: readonly string[];
  /** What the exploration covered; absent when only the record is at hand. */
  readonly verdict?: Explored | undefined;
}

/** What is known about the steps: how to read them, what decides, how small it is, how it was found. @internal */
export function knownFacts(record: RaceRecord, { rows, files, verdict }: FactsContext): Fact[] {
  const explained = explainedText(record);
  const meanings = meaningsOf(rows.flatMap(({ left }) => (left === undefined ? [] : [left.reason])));
  return [
    ...meanings.map((meaning) => ({ name: 'means', text: `‖ ${meaning}` })),
    ...files.map((text) => ({ name: 'code', text })),
    ...(explained === undefined ? [] : [{ name: 'critical', text: explained.pair }]),
    ...sizeFacts(record),
    ...(explained?.needed ?? []).map((text) => ({ name: 'needed', text })),
    { name: 'found', text: foundText(record) },
    ...(verdict === undefined ? [] : [{ name: 'explored', text: exploredText(verdict) }]),
    { name: 'again', text: reproducedText(record.reproduced) },
    { name: 'with', text: setupText(record) },
  ];
}

/** How small it was made; what has no end stays as it was found, since what keeps it from ending might be left out. */
function sizeFacts(record: RaceRecord): Fact[] {
  const text = sizeText(record.minimal);
  if (record.verdict.kind === 'incomplete') return [{ name: 'size', text }];
  return [
    { name: 'minimal', text },
    { name: 'shrunk', text: shrinkText(record) },
  ];
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
