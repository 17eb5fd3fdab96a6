import type { Writable } from '../../../base/defined.js';
import type { Flow } from '../../../base/flow.js';
import { isOneProcess } from '../../../scenario/recast.js';
import { runs } from '../../../execution/early.js';
import { httpOf } from '../../../execution/faults/http.js';
import type { Stage } from '../../../execution/stage/stage.js';
import type { Choice, Decision, FaultMove } from '../../../execution/steps/decision.js';
import type { Move } from '../../../execution/steps/move.js';
import type { PendingEvent } from '../../../execution/steps/event.js';
import { strikesHttp } from '../../../faults/http-kinds.js';
import { isStateful } from '../../../wire/gate/connection-state.js';
import type { Cost, Event, CostLimits } from '../../events/event.js';
import { read, union, write, type Access, type Footprint } from '../../events/footprint.js';
import type { FootprintTracker } from '../../footprints/tracker.js';
import {
  CLOCK,
  connection,
  limit,
  MEMORY,
  overtaken,
  pending,
  RUNNING,
  sending,
  sets,
  worker as workerOf,
} from '../../events/resources.js';
import { callOf, landingOf } from '../../footprints/calls.js';
import { effectOf, type FaultEffect } from './effects.js';
import { usedBy } from '../../footprints/shared-use.js';
import { EventNames } from './event-names.js';
import type { Patience } from './patience.js';
import { stands, standsBehind, touchedOn, wayOf, type Way } from './ways.js';

/** Something that could happen next, as the execution and as the search see it. @internal */
export interface Option {
  readonly event: Event;
  readonly choice: Choice;
  readonly move: Move;
  readonly fault: FaultMove | undefined;
  /** Where it is a command that is not all that its worker has under way. */
  readonly way: Way | undefined;
}

/** Turns what could happen next into events. @internal */
export class OptionReader {
  readonly names: EventNames;
  /** Some key has expired in this execution, as a step. */
  expired = false;

  /** @param stage - whose workers stand at their first step */
  constructor(
    readonly stage: Stage,
    readonly tracker: FootprintTracker,
    readonly limits: CostLimits,
    /** Workers share memory: nothing of one commutes with anything of another. */
    readonly memory: boolean,
    /** Who waits before going round in a loop once more. */
    readonly patience: Patience,
  ) {
    this.names = new EventNames(stage);
  }

  /**
   * What could happen next, calmest first; what exceeds a limit is left out.
   *
   * @param spent - early timers so far, by worker
   */
  read({ moves, faults }: Decision, spent: ReadonlyMap<number, number>): Option[] {
    const options: Option[] = [];
    const due = this.stage.environment.time.ownDueMs;
    for (const [at, move] of moves.entries()) {
      const cost = move.early === undefined ? undefined : 'delay';
      if (!this.#isWithin(move, spent)) continue;
      const way = wayOf(this.stage, move);
      const footprint = union(this.#ofMove(move), this.own(move, cost, way), overtaking(move, due));
      const event = this.#event(move, undefined, cost, footprint);
      stands(event, move, way);
      options.push({ event, choice: at, move, fault: undefined, way });
    }
    for (const [at, fault] of faults.entries()) {
      const footprint = union(
        this.#ofFault(fault),
        this.own(fault.at, 'fault', undefined),
        overtaking(fault.at, due),
      );
      const event = this.#event(fault.at, fault, 'fault', footprint);
      standsBehind(event, wayOf(this.stage, fault.at));
      options.push({ event, choice: -1 - at, move: fault.at, fault, way: undefined });
    }
    return options;
  }

  /** Is it no early timer beyond the limit, nor time that passes for such only? */
  #isWithin({ target, early, worker }: Move, spent: ReadonlyMap<number, number>): boolean {
    if (target.kind === 'expiry')
      return target.before.length === 0 || target.before.some((one) => this.#isWithin(one, spent));
    if (early === undefined) return true;
    return (
      (early === 'own' || this.limits.clientTimers === true) && (spent.get(worker) ?? 0) < this.limits.delay
    );
  }

  /** What every step of a worker touches, whatever it does. */
  own(move: Move, cost: Cost | undefined, way: Way | undefined): Footprint {
    const { target } = move;
    const lands = target.kind === 'event' && landingOf(target.event) !== undefined;
    // What lands when nobody waits for it any more is no step of its worker, nor is what it hears of later.
    const accesses: Access[] = lands || way?.later === true ? [] : [write(workerOf(move.worker))];
    if (target.kind === 'event') accesses.push(write(pending(target.event.id)), write(sets(target.event.id)));
    if (way !== undefined) accesses.push(...touchedOn(way, move));
    if (cost === 'fault') accesses.push(write(sending(move.worker)));
    // Early timers are counted by worker, whose own they are.
    if (cost === 'fault') accesses.push(write(limit(cost)));
    if (this.memory) accesses.push(write(MEMORY));
    if (this.patience.waited(move) || move.isLast) {
      const { turn, isLast } = move;
      if (isLast || turn?.keys === undefined) return 'everything';
      // Whatever it looks at may have been what let it go on.
      accesses.push(...turn.keys.map(read));
    }
    // How far those in the background come hangs on when the last of the others ends; so do timers of who has ended.
    if (this.#isBackground(move.worker) || (move.kind === 'timer' && !runs(this.stage, move.worker)))
      accesses.push(read(RUNNING));
    return accesses;
  }

  /**
   * What the step does to a connection that workers share. Two plain commands of different workers may be swapped;
   * not so what changes the state of the connection, and what waits in its queue.
   */
  shared(move: Move): Footprint {
    const { target } = move;
    if (target.kind !== 'command') return [];
    const client = 'held' in target ? target.link.client : target.client;
    const own = client.flow.worker;
    const others: Access[] = own === move.worker ? [] : [write(workerOf(own))];
    if (!client.shared) return others;
    const call = callOf(move)!;
    const queued = 'held' in target || target.call.release.length > 1 || this.tracker.queues(call);
    const changes = queued || isStateful(call.args[0]!.toUpperCase());
    return [changes ? write(connection(client.name)) : read(connection(client.name))];
  }

  #ofMove(move: Move): Footprint {
    switch (move.target.kind) {
      case 'command':
        return union(this.tracker.of(callOf(move)!), this.shared(move));
      case 'timer':
        // A timer of a client that all workers use may do anything to any of them.
        return move.worker === 0 ? 'everything' : [write(CLOCK)];
      case 'expiry':
        return this.expires(move.target.before);
      case 'connect':
        return move.worker === 0 ? 'everything' : [];
      case 'step':
        return usedBy(move.target.step.use);
      case 'event':
        return this.#ofEvent(move.target.event);
      default:
        return 'everything';
    }
  }

  /** Time passes, and those whose time has not come yet must go on waiting for it. @param before - what waits for it */
  expires(before: readonly Move[]): Footprint {
    const waiting = before.map((move): Footprint => {
      if (move.worker === 0) return 'everything';
      const event = move.target.kind === 'event' ? [write(pending(move.target.event.id))] : [];
      return [write(workerOf(move.worker)), ...event];
    });
    return union([write(CLOCK)], ...waiting);
  }

  #ofEvent(event: PendingEvent): Footprint {
    if (event.private === true) return [];
    const call = landingOf(event);
    return call === undefined ? 'everything' : this.tracker.of(call);
  }

  #ofFault({ spec, at }: FaultMove): Footprint {
    const effect = this.faultEffect(at, spec.kind);
    if (effect === 'everything') return effect;
    const call = callOf(at);
    return effect === 'nothing' || call === undefined ? [] : this.tracker.of(call);
  }

  /** Whoever shares a connection sees what happens to it, as do both ends of one of HTTP. */
  faultEffect(at: Move, kind: FaultMove['spec']['kind']): FaultEffect {
    if (httpOf(at) !== undefined && strikesHttp(kind)) return 'everything';
    return isOneProcess(this.stage.scenario) || at.worker === 0 ? 'everything' : effectOf(kind);
  }

  /** Without spreads: one is made of everything that is possible, at every point. */
  #event(
    move: Move,
    fault: FaultMove | undefined,
    cost: Cost | undefined,
    footprint: Footprint,
  ): Writable<Event> {
    const { key, label } = this.names.of(move, fault, cost);
    const event: Writable<Event> = { key, label, footprint, worker: move.worker };
    if (cost !== undefined) event.cost = cost;
    if (this.#isFleeting(move, fault)) event.fleeting = true;
    return event;
  }

  /** It takes a key that has a deadline and somebody who waits for longer, or somebody who has noticed an expiry, or that
   * nobody else can go on, or somebody who is about to call a script by its digest. */
  #isFleeting(move: Move, fault: FaultMove | undefined): boolean {
    const { kind, turn, isLast } = move;
    if (fault?.spec.kind === 'server-noscript') return true;
    if (isLast || (turn?.keys === undefined && this.patience.waited(move))) return true;
    if (kind === 'expiry' || (kind === 'timer' && this.expired)) return true;
    return move.dueMs !== undefined && this.#isBackground(move.worker);
  }

  #isBackground(worker: number): boolean {
    return this.stage.turns.background.has(worker);
  }
}

/**
 * Whoever lets time pass may make a timer of another worker due before that one has done what it could do: which of the two
 * comes first matters, although they touch nothing in common.
 *
 * @param due - when the next timer of each worker's own code is due
 */
function overtaking(move: Move, due: ReadonlyMap<Flow, number>): Footprint {
  if (due.size === 0) return [];
  const { target, dueMs } = move;
  const until = target.kind === 'expiry' ? target.expiry.dueMs : dueMs;
  const accesses: Access[] = [];
  for (const [{ worker }, ownMs] of due) {
    if (worker === 0) continue;
    if (until === undefined) {
      if (worker === move.worker) accesses.push(read(overtaken(worker)));
    } else if (worker !== move.worker && ownMs <= until) accesses.push(write(overtaken(worker)));
  }
  return accesses;
}
