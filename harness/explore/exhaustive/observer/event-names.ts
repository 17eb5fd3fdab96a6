import type { Flow } from '../../../base/flow.js';
import type { Stage } from '../../../execution/stage/stage.js';
import type { FaultMove } from '../../../execution/steps/decision.js';
import type { Move } from '../../../execution/steps/move.js';
import type { Cost, Event } from '../../events/event.js';

/** Names of what could happen next, the same in every execution in which it occurs. @internal */
export class EventNames {
  /** Timers that each flow had set by the first step: more where a client was made anew than where one was kept. */
  readonly #timers: ReadonlyMap<Flow, number>;

  /** @param stage - whose workers stand at their first step */
  constructor(readonly stage: Stage) {
    const { time } = stage.environment;
    this.#timers = new Map(stage.flows.map((flow) => [flow, time.timersSet(flow)]));
  }

  /** @param fault - what is to strike it, if it is not to happen as it is */
  of(move: Move, fault: FaultMove | undefined, cost: Cost | undefined): Pick<Event, 'key' | 'label'> {
    if (fault === undefined) return { key: this.#keyOf(move, cost), label: move.label };
    const name = this.#faultName(fault);
    // A fault of the server is one and the same, whichever step would have been next.
    if (move.kind === 'server') return { key: `server!${name}`, label: name };
    return { key: `${move.id}!${name}`, label: `${move.label} [${name}]` };
  }

  /** All keys that a timer may have. @param nth - of its flow, from 1 */
  ofTimer(flow: Flow, nth: number): string[] {
    const name = this.#timerName(flow, nth);
    return [early(name, false), early(name, true)];
  }

  /** Its kind, with its place in the plan where there are several of this kind. */
  #faultName({ spec }: FaultMove): string {
    const { specs } = this.stage.scenario.faults;
    const same = specs.filter(({ kind }) => kind === spec.kind);
    return same.length === 1 ? spec.kind : `${spec.kind}.${same.indexOf(spec) + 1}`;
  }

  #keyOf({ target, id, overdue }: Move, cost: Cost | undefined): string {
    if (target.kind === 'expiry') return early(id, cost !== undefined);
    if (target.kind !== 'timer') return id;
    const { flow, nth } = target.timer;
    // Once somebody else has let time pass, it needs no permit, and is the same step.
    return early(this.#timerName(flow, nth), cost !== undefined || overdue);
  }

  /** Numbered by when it was set: the next timer of a flow to fire is now this one and now that. */
  #timerName(flow: Flow, nth: number): string {
    return `${flow.name}.timer#${nth - this.#timers.get(flow)!}`;
  }
}

/** What needs no permit becomes possible when its worker has nothing else to do, and is another step. */
function early(name: string, isEarly: boolean): string {
  return isEarly ? `${name}!early` : name;
}
