import type { WireCommand } from '../check/history.js';
import type { FaultKind } from '../wire/fault.js';
import type { HeldCommand } from '../wire/link.js';
import type { Stage } from './stage.js';
import { commandText, type Move, type PerformedStep } from './step.js';

/** Records a step that is about to be performed. */
export function record(
  stage: Stage,
  move: Move,
  preemption: boolean,
  fault: FaultKind | undefined,
): PerformedStep {
  const { target } = move;
  const args = target.kind === 'command' && 'held' in target ? target.held.args : undefined;
  const step: PerformedStep = {
    kind: move.kind,
    worker: move.worker,
    id: move.id,
    args,
    text: args === undefined ? move.label : undefined,
    reply: undefined,
    fault,
    preemption,
    atMs: stage.environment.time.elapsedMs(),
    source: stage.traced ? move.source : undefined,
    notes: [],
  };
  stage.steps.push(step);
  return step;
}

/** Takes note of what became of a command on the wire, for the history. */
export function note(stage: Stage, held: HeldCommand, applied: boolean, answered: boolean): void {
  const { history } = stage;
  history.commands.push(new SentCommand(held, history.tick(), applied, answered));
}

/** One command in the history; its text is worked out when somebody reads it. */
class SentCommand implements WireCommand {
  readonly worker: number;
  readonly #args: readonly Buffer[];

  constructor(
    held: HeldCommand,
    readonly at: number,
    readonly applied: boolean,
    readonly answered: boolean,
  ) {
    this.worker = held.tag.flow.worker;
    this.#args = held.args;
  }

  get command(): readonly string[] {
    return commandText(this.#args);
  }
}
