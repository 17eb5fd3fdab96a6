/** What the page shows of a position: texts, ready to be put into elements. */
import { harmless } from '../base/text.js';
import type { Decision, FaultMove } from '../execution/steps/decision.js';
import type { Move } from '../execution/steps/move.js';
import { unusualParameters } from '../faults/spec.js';
import type { ExecutionSize, RecordedRun } from '../record/format.js';
import { sizeOf } from '../record/steps.js';
import { rowsOf, type StepRow } from '../report/lanes/rows.js';
import { workerName } from '../report/text/command-text.js';
import { faultWords } from '../report/text/fault-text.js';
import { presentable } from '../report/text/presentable.js';
import { placeOf } from '../report/text/recorded-step.js';
import { choicesText } from './level.js';
import { outcomeOf, type OutcomeView } from './outcome.js';
import type { Stand } from './walk.js';

/** Steps at most on the page: the last ones. */
const ROWS_MAX = 500;

/** A step that was performed. @internal */
export interface RowView {
  readonly n: number;
  readonly worker: number;
  readonly action: string;
  readonly reply: string;
  readonly value: string;
  readonly changed: boolean;
  readonly time: string;
  readonly left: { readonly worker: number; readonly reason: string } | null;
  readonly asides: readonly string[];
}

/** Something that a person can do next. @internal */
export interface MoveView {
  readonly choice: number;
  readonly worker: number;
  readonly label: string;
  /** `GET`, or what else it is. */
  readonly kind: string;
  /** Where the worker asked for it. */
  readonly source: { readonly file: string; readonly line: number } | null;
  /** What it does besides, for people: who is interrupted, how much time passes. */
  readonly note: string;
  /** Time has to pass for it. */
  readonly timed: boolean;
  readonly calm: boolean;
  readonly faults: readonly { readonly choice: number; readonly label: string }[];
}

/** A worker at this position. @internal */
export interface LaneView {
  readonly worker: number;
  readonly name: string;
  /** `can go on`, `waits`, `is done`, … */
  readonly status: string;
}

/** A position on the page. @internal */
export interface StandView {
  readonly tape: string;
  readonly steps: number;
  readonly size: ExecutionSize;
  readonly atMs: number;
  readonly lanes: readonly LaneView[];
  readonly rows: readonly RowView[];
  /** Steps before the first row, which are not on the page. */
  readonly cut: number;
  readonly moves: readonly MoveView[];
  readonly store: Stand['store'];
  /** Null while something can still happen. */
  readonly outcome: OutcomeView | null;
}

/** @param run - the same execution as a record has it, without a verdict @internal */
export function standView(stand: Stand, whole: RecordedRun): StandView {
  const { position, result, decision, workers } = stand;
  const run = presentable(whole);
  const { rows } = rowsOf(run);
  const cut = Math.max(0, rows.length - ROWS_MAX);
  const atMs = result.steps.at(-1)?.atMs ?? 0;
  const moves = decision === undefined ? [] : movesOf(decision, stand);
  const others = [...new Set([...rows.map(({ worker }) => worker), ...moves.map(({ worker }) => worker)])]
    .filter((worker) => worker === 0)
    .map((worker): LaneView => ({ worker, name: 'shared, server', status: '' }));
  const lanes = workers.map(({ worker, status }): LaneView => {
    const can = moves.some((move) => move.worker === worker && !move.timed);
    return { worker, name: workerName(worker), status: STATUS[status] ?? (can ? 'can go on' : 'waits') };
  });
  return {
    tape: choicesText(position.tape.choices),
    steps: position.steps,
    size: sizeOf(result),
    atMs,
    lanes: [...lanes, ...others],
    rows: rows.slice(cut).map(rowView),
    cut,
    moves,
    store: stand.store.map(({ key, value, ttlMs }) => ({
      key: harmless(key),
      value: harmless(value),
      ttlMs,
    })),
    outcome: decision === undefined ? outcomeOf(result, run) : null,
  };
}

const STATUS: Readonly<Partial<Record<Stand['workers'][number]['status'], string>>> = {
  done: 'is done',
  failed: 'failed',
  crashed: 'crashed',
};

function rowView({ n, worker, action, reply, value, changed, time, left, asides }: StepRow): RowView {
  return {
    ...{ n, worker, reply, changed, time },
    action: action.join(' '),
    value: value.join(' '),
    left: left ?? null,
    asides: asides.map(({ text }) => text),
  };
}

function movesOf({ moves, faults, free }: Decision, stand: Stand): MoveView[] {
  const views = moves.map((move, choice) => moveView(move, choice, { stand, free, faults }));
  const targets = new Set(moves.map(({ id }) => id));
  // Some faults strike what does not move by itself: an idle connection, the server.
  const elsewhere = [...faults.entries()].filter(([, { at }]) => !targets.has(at.id));
  const places = [...new Set(elsewhere.map(([, { at }]) => at.id))];
  return [
    ...views,
    ...places.map((id): MoveView => {
      const here = elsewhere.filter(([, { at }]) => at.id === id);
      const { at } = here[0]![1];
      return {
        ...{ choice: 0, worker: at.worker, label: harmless(at.label), kind: 'only faults', source: null },
        ...{ note: 'a fault can strike here', timed: false, calm: false },
        faults: here.map(([index, fault]) => faultView(fault, index)),
      };
    }),
  ];
}

interface Around {
  readonly stand: Stand;
  readonly free: number;
  readonly faults: readonly FaultMove[];
}

function moveView(move: Move, choice: number, { stand, free, faults }: Around): MoveView {
  const { file, line } = placeOf(move.source ?? '');
  const interrupted = choice >= free && stand.current > 0 && stand.current !== move.worker;
  const passes = passesMs(move, stand);
  const notes = [
    ...(passes > 0 ? [`${String(passes)} ms pass`] : []),
    ...(interrupted ? [`interrupts ${workerName(stand.current)}`] : choice >= free ? ['out of turn'] : []),
  ];
  return {
    choice,
    worker: move.worker,
    label: harmless(move.label),
    kind: move.kind,
    source: line === '' ? null : { file, line: Number(line) },
    note: notes.join(', '),
    timed: move.dueMs !== undefined,
    calm: choice === 0,
    faults: [...faults.entries()]
      .filter(([, { at }]) => at.id === move.id)
      .map(([index, fault]) => faultView(fault, index)),
  };
}

function faultView({ spec }: FaultMove, index: number): MoveView['faults'][number] {
  const unusual = unusualParameters(spec);
  return { choice: -1 - index, label: faultWords(spec.kind) + (unusual === '' ? '' : ` (${unusual})`) };
}

/** Virtual time that has to pass for a move. */
function passesMs({ dueMs }: Move, { wallMs }: Stand): number {
  return dueMs === undefined ? 0 : Math.max(0, Math.round((dueMs - wallMs) * 1000) / 1000);
}
