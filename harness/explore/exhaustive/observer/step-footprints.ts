import type { Stage } from '../../../execution/stage/stage.js';
import { after } from '../../../execution/steps/after.js';
import type { Move } from '../../../execution/steps/move.js';
import type { PendingEvent } from '../../../execution/steps/event.js';
import type { PerformedStep } from '../../../execution/steps/step.js';
import { read, union, write, type Footprint } from '../../events/footprint.js';
import { CLOCK, isKey, isOvertaken } from '../../events/resources.js';
import { callOf, landingOf, latin1 } from '../../footprints/calls.js';
import { usedBy } from '../../footprints/shared-use.js';
import type { FootprintTracker } from '../../footprints/tracker.js';
import type { Aspects } from './aspects.js';
import type { CommandWatch } from './command-watch.js';
import type { Option, OptionReader } from './options.js';
import { StepTraces, type StepTrace } from './traces.js';

/**
 * What the steps of one execution turned out to touch: on the server, as that says, and in this process.
 *
 * @internal
 */
export class StepFootprints {
  readonly #traces: StepTraces;
  #positionMs: number;

  constructor(
    readonly stage: Stage,
    readonly commands: CommandWatch,
    readonly tracker: FootprintTracker,
    readonly reader: OptionReader,
    aspects: Aspects,
  ) {
    this.#traces = new StepTraces(stage, aspects, reader.limits, reader.names);
    this.#positionMs = this.#nowMs;
  }

  /** All that a step touched, whose turn has just ended. */
  of({ move, event, fault, way }: Option, step: PerformedStep): StepTrace | Promise<StepTrace> {
    // Whoever got an error instead of a reply has heard of it.
    const unheard = way?.later === true && (move.link?.arrivals.busy === true || move.link?.waits === true);
    const own = this.reader.own(move, event.cost, way && { ...way, later: unheard });
    const found = fault === undefined ? this.#moved(move, step) : this.#struck(fault, step);
    return after(found, (base) => {
      // Time may pass with any step: to the end of a pause, too.
      this.#positionMs = this.#nowMs;
      const { footprint, woke } = this.#traces.take(move.worker, unheard);
      return { footprint: union(base, own, footprint, overtakenIn(event.footprint)), woke };
    });
  }

  get #nowMs(): number {
    return this.stage.environment.time.positionMs;
  }

  #moved(move: Option['move'], step: PerformedStep): Footprint | Promise<Footprint> {
    if (move.kind === 'timer') {
      if (move.worker === 0) return 'everything';
      const moved = this.#nowMs !== this.#positionMs;
      // One that is overdue leaves the clock as it is.
      return [moved ? write(CLOCK) : read(CLOCK)];
    }
    if (move.target.kind === 'expiry') {
      this.reader.expired = true;
      return this.reader.expires(move.target.before);
    }
    // Whoever answers instead of the server does not tell it.
    if (move.kind === 'command' && step.fault !== undefined)
      return union(this.tracker.of(callOf(move)!), this.reader.shared(move));
    if (move.kind === 'command')
      return after(this.#ran(move, step), (ran) => union(this.#asItWas(move, ran), this.reader.shared(move)));
    if (move.target.kind === 'event') return this.#happened(move.target.event, step);
    return move.worker === 0 ? 'everything' : usedBy(step.shared);
  }

  /** Who tries in a loop that does not end by itself, and changes nothing, has only looked. */
  #asItWas({ worker }: Move, footprint: Footprint): Footprint {
    const { turns } = this.stage;
    if (footprint === 'everything' || !turns.wasIdle(worker)) return footprint;
    if (!this.reader.patience.isEndless(turns.goingOf(worker))) return footprint;
    return footprint.map((access) => (isKey(access.resource) ? read(access.resource) : access));
  }

  #happened(event: PendingEvent, { reply }: PerformedStep): Footprint | Promise<Footprint> {
    if (event.private === true && event.worker > 0) return [];
    const call = landingOf(event);
    return call === undefined || reply === undefined
      ? 'everything'
      : this.commands.performed(call, reply, this.tracker);
  }

  #struck({ spec, at }: NonNullable<Option['fault']>, step: PerformedStep): Footprint | Promise<Footprint> {
    const effect = this.reader.faultEffect(at, spec.kind);
    this.commands.struck();
    return effect === 'command' ? this.#ran(at, step) : effect === 'nothing' ? [] : effect;
  }

  /** The footprint of a command that the server ran. */
  #ran(move: Option['move'], { args, reply }: PerformedStep): Footprint | Promise<Footprint> {
    const call = callOf(move);
    // The server ended the connection, or the client wrote nothing.
    if (call === undefined || args === undefined || reply === undefined) return 'everything';
    return this.commands.performed({ ...call, args: latin1(args) }, reply, this.tracker);
  }
}

/** What was known before the step: behind it, other timers may wait. */
function overtakenIn(footprint: Footprint): Footprint {
  return footprint === 'everything' ? [] : footprint.filter(({ resource }) => isOvertaken(resource));
}
