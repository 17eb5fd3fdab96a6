import { defined } from '../../base/defined.js';
import type { RaceRecord } from '../format.js';
import type { RecordedHistory } from './format.js';

/** Version of the lines that this code writes. */
const HISTORY_FORMAT = 1;

/** What the lines are of. */
type Whole = Pick<RaceRecord, 'lab' | 'variant' | 'scenario' | 'workers' | 'seed' | 'verdict' | 'tool'>;

/**
 * The history of a record as JSON lines: a `run` that says of what, then operations, commands and faults in the common
 * order of events, each where it began or took effect, then how the workers ended.
 *
 * @internal
 */
export function historyLines(
  record: Whole,
  { operations, commands, faults, ends, left }: RecordedHistory,
): string[] {
  const { lab, variant, scenario, workers, seed, verdict, tool } = record;
  const { kind, invariant } = verdict;
  const run = {
    type: 'run',
    format: HISTORY_FORMAT,
    tool,
    ...defined({ lab, variant }),
    scenario,
    workers,
    seed,
  };
  const events = [
    ...operations.map((one) => ({ at: one.start, line: { type: 'operation', ...one } })),
    ...commands.map((one) => ({ at: one.at, line: { type: 'command', ...one } })),
    ...faults.map((one) => ({ at: one.start, line: { type: 'fault', ...one } })),
  ].sort((a, b) => a.at - b.at);
  return [
    { ...run, verdict: { kind, invariant }, ...defined({ left }) },
    ...events.map(({ line }) => line),
    ...ends.map((one) => ({ type: 'end', ...one })),
  ].map((line) => JSON.stringify(line));
}
