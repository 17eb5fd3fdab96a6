import type { WireCommand } from '../check/history.js';
import type { FaultKind } from '../wire/fault.js';
import { unusualParameters, type FaultSpec } from '../wire/fault-spec.js';
import type { HeldCommand } from '../wire/link.js';
import type { Stage } from './stage.js';
import { commandText, type KeyValue, type Move, type MoveKind, type PerformedStep } from './step.js';

/** Records a step that is about to be performed. */
export function record(
  stage: Stage,
  move: Move,
  preemption: boolean,
  fault: FaultKind | undefined,
): PerformedStep {
  const step = new RecordedStep(stage, move, preemption, fault);
  stage.steps.push(step);
  if (fault !== undefined) {
    const at = stage.history.tick();
    stage.history.faults.push({ kind: fault, start: at, end: at });
  }
  return step;
}

/** A step as it is kept. Its command is cut out of the frame only for those who look. */
class RecordedStep implements PerformedStep {
  readonly kind: MoveKind;
  readonly worker: number;
  readonly id: string;
  readonly tick: number;
  readonly sentOn: PerformedStep['sentOn'];
  readonly text: string | undefined;
  reply: Buffer | undefined;
  atMs: number;
  readonly source: string | undefined;
  declare values?: readonly KeyValue[];
  readonly notes: string[] = [];
  readonly #held: HeldCommand | undefined;

  constructor(
    stage: Stage,
    move: Move,
    readonly preemption: boolean,
    readonly fault: FaultKind | undefined,
  ) {
    const { target } = move;
    if (target.kind === 'event') this.#held = target.event.held;
    else if (target.kind === 'command' && 'held' in target) this.#held = target.held;
    this.kind = move.kind;
    this.worker = move.worker;
    this.id = move.id;
    this.tick = stage.history.tick();
    this.sentOn =
      stage.traced && target.kind === 'command' && 'held' in target
        ? { connection: target.link.client.name, database: target.link.database }
        : undefined;
    this.text = this.#held === undefined ? move.label : undefined;
    this.atMs = stage.environment.time.positionMs;
    this.source = stage.traced ? move.source : undefined;
  }

  get args(): readonly Buffer[] | undefined {
    return this.#held?.args;
  }
}

/** Records a fault that is about to be injected. */
export function recordFault(stage: Stage, move: Move, spec: FaultSpec): PerformedStep {
  const step = record(stage, move, false, spec.kind);
  const unusual = unusualParameters(spec);
  if (unusual !== '') step.notes.push(`with ${unusual}`);
  return step;
}

/**
 * Takes note of what became of a command on the wire, for the history.
 *
 * @returns undefined for what a client sends by itself, which is no part of what its worker did
 */
export function note(
  stage: Stage,
  held: HeldCommand,
  applied: boolean,
  answered: boolean,
): SentCommand | undefined {
  // What the server keeps waiting has done nothing yet.
  if (held.greeting > 0 || stage.waiting.some((wait) => wait.held === held)) return undefined;
  const { history } = stage;
  const sent = new SentCommand(held, history.tick(), applied, answered);
  history.commands.push(sent);
  return sent;
}

/** One command in the history; its text is worked out when somebody reads it. */
export class SentCommand implements WireCommand {
  readonly worker: number;
  readonly #held: HeldCommand;

  constructor(
    held: HeldCommand,
    readonly at: number,
    readonly applied: boolean,
    public answered: boolean,
  ) {
    this.worker = held.tag.flow.worker;
    this.#held = held;
  }

  get command(): readonly string[] {
    return commandText(this.#held.args);
  }
}
