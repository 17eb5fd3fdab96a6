import type { Operation, OperationOutcome, WireCommand, WorkerEnd } from '../../../check/happened.js';
import type { History } from '../../../check/history.js';
import type { Stage } from '../../../execution/stage/stage.js';
import { noteEnd } from '../../../execution/stage/worker.js';
import { ComposedCommand, noted, type NotedCommand } from './composed-command.js';
import { copyOf } from './kept-values.js';
import { ContradictionError } from './contradiction-error.js';
import { RecordedValues } from './recorded-values.js';

/** Something that came into the history. */
type Entry =
  | { readonly what: 'start'; readonly worker: number; readonly name: string; readonly input?: unknown }
  | {
      readonly what: 'end';
      readonly worker: number;
      /** Which operation of its worker, from 0. */
      readonly nth: number;
      readonly outcome: OperationOutcome;
      readonly value?: unknown;
      readonly error?: Error;
    }
  | { readonly what: 'command'; readonly command: NotedCommand }
  /** Which command of its worker is answered only now, from 0. */
  | { readonly what: 'answer'; readonly worker: number; readonly nth: number }
  | { readonly what: 'fault' | 'felt'; readonly kind: string }
  | { readonly what: 'worker'; readonly end: WorkerEnd };

/** The same with its place among all that came with one step; what has none has 0. @internal */
export type HistoryEntry = Entry & { readonly place: number };

type Placed = readonly [tick: number, entry: Entry];

/** Sees what each step of an execution adds to the history. @internal */
export class HistoryWatch {
  readonly #history: History;
  #operations = 0;
  #open: (readonly [operation: Operation, nth: number])[] = [];
  readonly #started = new Map<number, number>();
  #commands = 0;
  readonly #sent = new Map<number, number>();
  /** Some may be answered yet. */
  #unanswered: (readonly [command: WireCommand, nth: number])[] = [];
  #faults: number[] = [];
  #ends: readonly WorkerEnd[] = [];
  readonly #values = new RecordedValues();

  constructor(readonly stage: Stage) {
    this.#history = stage.history;
  }

  /**
   * What has come since the last call.
   *
   * @returns undefined where that is more than what comes with a step
   * @throws NotDataError for values that cannot be kept
   * @throws ContradictionError where one has changed since it was recorded
   */
  take(): readonly HistoryEntry[] | undefined {
    const changed = this.changed();
    if (changed !== undefined) throw new ContradictionError(changed);
    const answers = this.#takeAnswers();
    const operations = this.#takeOperations();
    const commands = this.#takeCommands();
    const faults = this.#takeFaults();
    if (operations === undefined || commands === undefined || faults === undefined) return undefined;
    const all = [...operations, ...commands, ...faults].sort(([a], [b]) => a - b);
    const entries: HistoryEntry[] = [];
    let [last, place] = [0, 0];
    for (const [tick, entry] of all) {
      if (tick !== last) place += 1;
      last = tick;
      entries.push({ ...entry, place });
    }
    return [...this.#takeEnds(), ...answers, ...entries];
  }

  /** Says which value has changed since it was recorded; undefined where none has. */
  changed(): string | undefined {
    const changed = this.#values.changed();
    return changed && `${changed} changes after it was recorded`;
  }

  #takeOperations(): Placed[] | undefined {
    const { operations } = this.#history;
    const found: Placed[] = [];
    for (const operation of operations.slice(this.#operations)) {
      const { worker, name, start, input } = operation;
      if (!this.#isNow(operation.startStep, operation.startMs)) return undefined;
      const nth = this.#started.get(worker) ?? 0;
      this.#started.set(worker, nth + 1);
      this.#open.push([operation, nth]);
      this.#values.add(`the input of the operation "${name}"`, input);
      found.push([
        start,
        { what: 'start', worker, name, ...('input' in operation ? { input: copyOf(input) } : {}) },
      ]);
    }
    this.#operations = operations.length;
    const still: (readonly [Operation, number])[] = [];
    for (const [operation, nth] of this.#open) {
      const { worker, name, end, endStep, endMs, outcome, value, error } = operation;
      if (end === Infinity) {
        still.push([operation, nth]);
        continue;
      }
      if (!this.#isNow(endStep, endMs)) return undefined;
      this.#values.add(`the value of the operation "${name}"`, value);
      this.#values.add(`the error of the operation "${name}"`, error);
      found.push([
        end,
        {
          what: 'end',
          worker,
          nth,
          outcome,
          ...('value' in operation ? { value: copyOf(value) } : {}),
          ...(error === undefined ? {} : { error }),
        },
      ]);
    }
    this.#open = still;
    return found;
  }

  #takeCommands(): Placed[] | undefined {
    const { commands } = this.#history;
    const found: Placed[] = [];
    for (const command of commands.slice(this.#commands)) {
      if (!this.#isNow(command.step, command.atMs)) return undefined;
      const nth = this.#sent.get(command.worker) ?? 0;
      this.#sent.set(command.worker, nth + 1);
      if (!command.answered) this.#unanswered.push([command, nth]);
      found.push([command.at, { what: 'command', command: noted(command) }]);
    }
    this.#commands = commands.length;
    return found;
  }

  /** Of commands that were there before. */
  #takeAnswers(): HistoryEntry[] {
    if (!this.#unanswered.some(([{ answered }]) => answered)) return [];
    const found = this.#unanswered.filter(([{ answered }]) => answered);
    this.#unanswered = this.#unanswered.filter(([{ answered }]) => !answered);
    return found.map(([{ worker }, nth]) => ({ what: 'answer', worker, nth, place: 0 }));
  }

  #takeFaults(): Placed[] | undefined {
    const { faults } = this.#history;
    const found: Placed[] = [];
    for (const [at, { kind, start, end }] of faults.entries()) {
      const known = this.#faults[at];
      if (end === Infinity) return undefined;
      if (known === undefined) found.push([start, { what: 'fault', kind }]);
      if (end !== (known ?? start)) {
        // Whoever goes by its kind finds the last one.
        if (faults.findLastIndex((fault) => fault.kind === kind) !== at) return undefined;
        found.push([end, { what: 'felt', kind }]);
      }
      this.#faults[at] = end;
    }
    return found;
  }

  #takeEnds(): HistoryEntry[] {
    const { ends } = this.#history;
    const found = ends.filter((end, at) => end !== this.#ends[at]);
    this.#ends = [...ends];
    for (const end of found) this.#values.add(`the error of w${end.worker}`, end.error);
    return found.map((end) => ({ what: 'worker', end, place: 0 }));
  }

  #isNow(step: number, atMs: number): boolean {
    const { stepCount, positionMs } = this.stage;
    return step === stepCount && atMs === positionMs;
  }
}

/** Where an execution stands. @internal */
export interface Moment {
  /** Steps so far. */
  readonly step: number;
  /** Virtual time since it began. */
  readonly atMs: number;
}

/** Adds to the history of an execution that nobody runs what came with such a step. @internal */
export function addToHistory(history: History, entries: readonly HistoryEntry[], moment: Moment): void {
  let [last, tick] = [0, 0];
  for (const entry of entries) {
    if (entry.place !== last) tick = history.tick();
    last = entry.place;
    add(history, entry, tick, moment);
  }
}

function add(history: History, entry: Entry, tick: number, { step, atMs }: Moment): void {
  switch (entry.what) {
    case 'start': {
      const { worker, name } = entry;
      history.operations.push({
        worker,
        name,
        start: tick,
        startStep: step,
        startMs: atMs,
        end: Infinity,
        endStep: Infinity,
        endMs: Infinity,
        outcome: 'pending',
        ...('input' in entry ? { input: copyOf(entry.input) } : {}),
      });
      return;
    }
    case 'end': {
      const { worker, nth, outcome } = entry;
      const operation = history.operations.filter((one) => one.worker === worker)[nth]!;
      Object.assign(operation, { end: tick, endStep: step, endMs: atMs, outcome });
      if ('value' in entry) operation.value = copyOf(entry.value);
      if (entry.error !== undefined) operation.error = entry.error;
      return;
    }
    case 'command':
      history.commands.push(new ComposedCommand(history, entry.command, tick, step, atMs));
      return;
    case 'answer': {
      const sent = history.commands.filter((one) => one.worker === entry.worker);
      (sent[entry.nth] as ComposedCommand).answered = true;
      return;
    }
    case 'fault':
      history.faults.push({ kind: entry.kind, start: tick, end: tick });
      return;
    case 'felt':
      history.faults.findLast(({ kind }) => kind === entry.kind)!.end = tick;
      return;
    case 'worker':
      noteEnd(history, entry.end);
  }
}
