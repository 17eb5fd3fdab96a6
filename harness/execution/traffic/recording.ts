import type { FaultKind } from '../../faults/catalogue.js';
import { unusualParameters, type FaultSpec } from '../../faults/spec.js';
import type { HeldCommand } from '../../wire/gate/held-command.js';
import type { Stage } from '../stage/stage.js';
import type { KeyValue, MoveKind, PerformedStep } from '../steps/step.js';
import type { Move } from '../steps/move.js';

/** Records a step that is about to be performed. @internal */
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
  readonly shared: PerformedStep['shared'];
  reply: Buffer | undefined;
  atMs: number;
  readonly source: string | undefined;
  readonly database: string;
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
        ? { connection: target.link.client.name, database: target.link.state.database }
        : undefined;
    this.text = this.#held === undefined ? move.label : undefined;
    this.shared = target.kind === 'step' ? target.step.use : undefined;
    this.atMs = stage.environment.time.positionMs;
    this.database = move.link?.state.database ?? '0';
    this.source = stage.traced ? move.source : undefined;
  }

  get args(): readonly Buffer[] | undefined {
    return this.#held?.args;
  }
}

/** Records a fault that is about to be injected. @internal */
export function recordFault(stage: Stage, move: Move, spec: FaultSpec): PerformedStep {
  const step = record(stage, move, false, spec.kind);
  const unusual = unusualParameters(spec);
  if (unusual !== '') step.notes.push(`with ${unusual}`);
  return step;
}
