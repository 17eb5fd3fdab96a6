/** A fault map in words and signs: the same for every place that shows one. */
import { count, harmless, listed } from '../../base/text.js';
import { SETTLES } from '../../execution/judge/built-in.js';
import type { FaultKind } from '../../faults/catalogue.js';
import type { CellOutcome, FaultMap, FaultMapCell, MapBound } from '../../record/fault-map.js';
import { scenarioName } from './run-text.js';

/** What a cell shows; letters carry the meaning, colour only adds to it. */
const MARKS: Readonly<Record<CellOutcome, string>> = {
  holds: '·',
  handled: 'h',
  breaks: 'B',
  hangs: 'H',
  unknown: '?',
};

/** It breaks or hangs, and would do so without a fault, with as few preemptions. */
const ALSO_WITHOUT = '=';
/** What the signs mean. @internal */
export const MAP_LEGEND =
  'B breaks, H hangs, = fails as without a fault, h handled (the worker saw the error, nothing broke), · holds (nobody ' +
  'noticed), ? step limit';

const OUTCOMES: Partial<Record<CellOutcome, string>> = {
  holds: 'nothing broke, and nobody noticed',
  handled: 'nothing broke, and the worker saw the error',
  unknown: 'nothing broke, but the step limit was reached',
};

/** What came of a cell at whose end nothing was wrong. @internal */
export function outcomeText({ outcome }: FaultMapCell): string {
  return OUTCOMES[outcome] ?? outcome;
}

/** The faults that struck, and where they did: rows and columns of the table. @internal */
export function mapAxes({ cells, positions }: FaultMap): {
  readonly faults: readonly FaultKind[];
  readonly positions: FaultMap['positions'];
} {
  const struck = new Set(cells.map(({ position }) => position));
  return {
    faults: [...new Set(cells.map(({ fault }) => fault))],
    positions: positions.filter(({ position }) => struck.has(position)),
  };
}

/** What is known of a map besides its cells: what breaks without a fault, and which faults never struck. @internal */
export function mapNotes(map: FaultMap): string[] {
  return [...map.withoutFault.map(withoutFaultText), ...idleTexts(map, mapAxes(map).faults)];
}

/** Does this cell fail because of its fault? @internal */
export function isOwnFailure({ outcome, alsoWithout }: FaultMapCell): boolean {
  return (outcome === 'breaks' || outcome === 'hangs') && !alsoWithout;
}

/** What a map is of, and to what bound. @internal */
export function mapTitle(map: FaultMap): string {
  const covered = map.complete ? 'all ' : '';
  return `${scenarioName(map)}: ${count(map.workers, 'worker')}, one fault, ${boundText(map.bounds)}, ${covered}${count(map.executions, 'execution')}`;
}

/** `at most 1 preemption`, and what it was for the others where it differs. */
function boundText([usual, others]: readonly MapBound[]): string {
  if (usual === undefined) return 'no faults';
  const first = `at most ${count(usual.preemptions, 'preemption')}${timersText(usual)}`;
  return others === undefined
    ? first
    : `${first} (unusual faults: ${count(others.preemptions, 'preemption')}${timersText(others)})`;
}

function timersText({ earlyTimers }: MapBound): string {
  return earlyTimers === 'free' ? '' : ', an early timer is one';
}

/** The sign of a cell. @internal */
export function markOf({ outcome, alsoWithout }: FaultMapCell): string {
  return alsoWithout ? ALSO_WITHOUT : MARKS[outcome];
}

/** What a failing cell broke, and what was seen. @internal */
export function failureText({ position, fault, outcome, broken, record }: FaultMapCell): string {
  const what = outcome === 'hangs' ? 'hangs' : `breaks ${broken.map((id) => `"${id}"`).join(' and ')}`;
  const observed = record === undefined ? '' : `: ${harmless(record.verdict.observed)}`;
  return `${position} ${fault} ${what}${observed}`;
}

function withoutFaultText({ invariant, preemptions }: FaultMap['withoutFault'][number]): string {
  const what = invariant === SETTLES ? 'hangs' : `breaks "${harmless(invariant)}"`;
  return `without a fault: ${what} with ${count(preemptions, 'preemption')}`;
}

/** Faults of the bounds that struck nowhere, in one text; a map that was cut does not know. */
function idleTexts({ complete, bounds }: FaultMap, struck: readonly FaultKind[]): string[] {
  if (!complete) return [];
  const idle = bounds.flatMap(({ faults }) => faults).filter((kind) => !struck.includes(kind));
  return idle.length === 0 ? [] : [`never had anything to strike at: ${listed(idle)}`];
}
