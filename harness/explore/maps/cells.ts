import type { FaultKind } from '../../faults/catalogue.js';
import type { MapBreak, CellOutcome } from '../../record/fault-map.js';
import type { ExecutionResult } from '../../execution/execution.js';
import { isFailure, type Failure, type TapedExecution } from '../tape/run-tape.js';
import type { Tape } from '../tape/tape.js';
import { positionOf } from './positions.js';

/** From harmless to bad: a cell is as bad as the worst of its executions. */
const SEVERITY: readonly CellOutcome[] = ['holds', 'handled', 'unknown', 'hangs', 'breaks'];

/** What broke, each with the fewest preemptions that it took, in order of the first break. @internal */
export class Breaks {
  readonly #fewest = new Map<string, number>();

  /** Takes note of a break, with the preemptions of its execution. */
  note(invariant: string, preemptions: number): void {
    this.#fewest.set(invariant, Math.min(preemptions, this.#fewest.get(invariant) ?? Infinity));
  }

  /** As a fault map keeps them. */
  get all(): MapBreak[] {
    return [...this.#fewest].map(([invariant, preemptions]) => ({ invariant, preemptions }));
  }
}

/** What all executions with one fault at one place came to. @internal */
export interface Cell {
  readonly position: string;
  readonly fault: FaultKind;
  outcome: CellOutcome;
  readonly broken: Breaks;
  executions: number;
  /** Tape of the first execution, whatever came of it. */
  readonly first: Tape;
  /** The first failing execution, and its number among those of the cell, from 1. */
  failure: (Failure & { readonly execution: number }) | undefined;
}

/** The cells of a share, by place and fault. @internal */
export class Cells {
  readonly #cells = new Map<string, Cell>();

  /** @param uniform - the workers all run the same function: which of them it is makes no difference */
  constructor(readonly uniform: boolean) {}

  /** In the order in which they were met. */
  get all(): Iterable<Cell> {
    return this.#cells.values();
  }

  /** Adds an execution with one fault to the cell of that fault. */
  note(taped: TapedExecution): void {
    const { result } = taped;
    const faulty = result.steps.find((step) => step.fault !== undefined);
    if (faulty?.fault === undefined) return;
    const cell = this.#cellAt(positionOf(faulty.id, this.uniform), faulty.fault, taped.tape);
    cell.executions += 1;
    const outcome = outcomeOf(result);
    if (SEVERITY.indexOf(outcome) > SEVERITY.indexOf(cell.outcome)) cell.outcome = outcome;
    if (!isFailure(taped)) return;
    cell.broken.note(taped.result.finding.id, result.preemptions);
    cell.failure ??= { ...taped, execution: cell.executions };
  }

  #cellAt(position: string, fault: FaultKind, first: Tape): Cell {
    const key = `${position} ${fault}`;
    let cell = this.#cells.get(key);
    if (cell === undefined) {
      const broken = new Breaks();
      cell = { position, fault, outcome: 'holds', broken, executions: 0, first, failure: undefined };
      this.#cells.set(key, cell);
    }
    return cell;
  }
}

function outcomeOf({ finding, capped, history }: ExecutionResult): CellOutcome {
  if (capped !== undefined) return 'unknown';
  if (finding !== undefined) return finding.kind;
  return history.operations.some(({ outcome }) => outcome === 'failed' || outcome === 'unknown')
    ? 'handled'
    : 'holds';
}
