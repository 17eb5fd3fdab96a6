/**
 * What happened, seen from two sides: the operations as the workers saw them, and the commands as the wire knows
 * them. Positions count in one common order of events, so "before" and "overlaps" are exact; what comes between two of
 * them means nothing.
 */
import type { FaultSpan, Operation, OperationOutcome, WireCommand, WorkerEnd } from './happened.js';

/**
 * The operations, commands and faults of one execution, and how its workers ended.
 *
 * An exhaustive search runs one of all executions that an invariant cannot tell apart: what it looks at here decides how
 * many there are. Names, values, outcomes, replies and effects cost nothing, and neither do `count`, `operationsOf`,
 * `mentions` and `ends`. What depends on the order of steps makes those steps depend on each other: the positions of
 * operations (`start`, `end`, `overlap`) those of that name, `ranOn` the commands on a key, `commands` and `at` all
 * commands, `startMs`, `endMs` and `atMs` all that moves the clock, `step`, `startStep` and `endStep` every step.
 *
 * @public
 */
export class History {
  /** In order of their start. */
  readonly operations: Operation[] = [];
  /** In order of their start. */
  readonly faults: FaultSpan[] = [];
  /** In the order of their positions. */
  readonly commands: WireCommand[] = [];
  /** In the order of the workers. */
  readonly ends: WorkerEnd[] = [];
  #clock = 0;

  /** Next position in the common order of events. */
  tick(): number {
    return (this.#clock += 1);
  }

  /** The last fault of this kind was felt again: it is not over before now. */
  prolong(kind: string): void {
    const span = this.faults.findLast((fault) => fault.kind === kind);
    if (span !== undefined) span.end = this.tick();
  }

  /** Operations with this name, in order of their start. */
  named(name: string): Operation[] {
    return this.operations.filter((operation) => operation.name === name);
  }

  /**
   * Two operations with this name, of different workers, that overlap: the second began before the first had ended.
   * Undefined where there are none.
   */
  overlap(name: string): readonly Operation[] | undefined {
    const operations = this.named(name);
    for (const [at, first] of operations.entries()) {
      const second = operations
        .slice(at + 1)
        .find(({ worker, start }) => worker !== first.worker && start <= first.end);
      if (second !== undefined) return [first, second];
    }
    return undefined;
  }

  /** Operations of one worker with this name, in its own order. */
  operationsOf(worker: number, name: string): Operation[] {
    return this.named(name).filter((operation) => operation.worker === worker);
  }

  /** Commands of one worker, in its own order. */
  commandsOf(worker: number): WireCommand[] {
    return this.commands.filter((command) => command.worker === worker);
  }

  /**
   * Did a worker send a command with such an argument, whatever became of it?
   *
   * @param matches - is asked about each argument behind the name of the command, until it says yes
   */
  mentions(matches: (argument: string) => boolean): boolean {
    return this.commands.some(({ command }) => command.slice(1).some((argument) => matches(argument)));
  }

  /** Commands that name this key and that the server ran, in the order in which they reached it. */
  ranOn(key: string): WireCommand[] {
    return this.commands.filter(({ applied, command }) => applied && command.includes(key, 1));
  }

  /** The operation in the course of which a command of its worker reached the server: the innermost one. */
  operationOf({ worker, at }: WireCommand): Operation | undefined {
    return this.operations.findLast(
      (operation) => operation.worker === worker && operation.start < at && at < operation.end,
    );
  }

  /** Operations with this name and outcome. */
  count(name: string, ...outcomes: OperationOutcome[]): number {
    return this.named(name).filter(({ outcome }) => outcomes.includes(outcome)).length;
  }
}
