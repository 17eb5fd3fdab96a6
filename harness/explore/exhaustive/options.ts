import type { Stage } from '../../execution/stage.js';
import type { Choice, Decision, FaultMove, Move, PendingEvent } from '../../execution/step.js';
import type { Flow } from '../../flow.js';
import { isStateful } from '../../wire/connection-state.js';
import type { Cost, Event, Limits } from '../event.js';
import { read, union, write, type Access, type Footprint } from '../footprint.js';
import type { FootprintTracker } from '../footprints/tracker.js';
import {
  CLOCK,
  connection,
  inbox,
  limit,
  MEMORY,
  pending,
  RUNNING,
  worker as workerOf,
} from '../resources.js';
import { callOf, landingOf, linkName } from './calls.js';
import { effectOf } from './effects.js';

/** Something that could happen next, as the execution and as the search see it. */
export interface Option {
  readonly event: Event;
  readonly choice: Choice;
  readonly move: Move;
  readonly fault: FaultMove | undefined;
}

/** Turns what could happen next into events. */
export class OptionReader {
  /** Timers that each flow had set by the first step: more where a client was made anew than where one was kept. */
  readonly #timers: ReadonlyMap<Flow, number>;
  /** Some key has expired in this execution, as a step. */
  expired = false;

  constructor(
    readonly stage: Stage,
    readonly tracker: FootprintTracker,
    readonly limits: Limits,
    /** Workers share memory: nothing of one commutes with anything of another. */
    readonly memory: boolean,
  ) {
    const { time } = stage.environment;
    this.#timers = new Map(stage.flows.map((flow) => [flow, time.timersSet(flow)]));
  }

  /**
   * What could happen next, calmest first; what exceeds a limit is left out.
   *
   * @param spent - how much of each limit is used up
   */
  read({ moves, faults }: Decision, spent: Limits): Option[] {
    const options: Option[] = [];
    for (const [at, move] of moves.entries()) {
      const cost = this.#isDelay(move, moves) ? 'delay' : undefined;
      if (cost !== undefined && spent.delay >= this.limits.delay) continue;
      const event = this.#event(move, undefined, cost, union(this.#ofMove(move), this.own(move, cost)));
      options.push({ event, choice: at, move, fault: undefined });
    }
    for (const [at, fault] of faults.entries()) {
      const footprint = union(this.#ofFault(fault), this.own(fault.at, 'fault'));
      const event = this.#event(fault.at, fault, 'fault', footprint);
      options.push({ event, choice: -1 - at, move: fault.at, fault });
    }
    return options;
  }

  /** What every step of a worker touches, whatever it does. */
  own(move: Move, cost: Cost | undefined): Footprint {
    const { target } = move;
    const lands = target.kind === 'event' && landingOf(target.event) !== undefined;
    // What lands when nobody waits for it any more is no step of its worker.
    const accesses: Access[] = lands ? [] : [write(workerOf(move.worker))];
    if (target.kind === 'event') {
      const { id, pushedOn } = target.event;
      accesses.push(write(pending(id)));
      if (pushedOn !== undefined) accesses.push(write(inbox(linkName(pushedOn))));
    }
    if (cost !== undefined) accesses.push(write(limit(cost)));
    if (this.memory) accesses.push(write(MEMORY));
    if (move.kind === 'timer' && !this.#runs(move.worker)) accesses.push(read(RUNNING));
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
        return [];
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

  /** Whoever shares a connection sees what happens to it. */
  faultEffect(at: Move, kind: FaultMove['spec']['kind']): ReturnType<typeof effectOf> {
    return this.stage.scenario.clients === 'shared' || at.worker === 0 ? 'everything' : effectOf(kind);
  }

  /**
   * A timer that fires although its worker could go on, or has ended, is late work of others: a slow reply, or time
   * that passes for nothing. So is one that fires while a server could have come back. Clients with timeouts could do
   * this for ever, so there is a limit.
   */
  #isDelay(move: Move, moves: readonly Move[]): boolean {
    if (move.target.kind === 'expiry') return move.target.before.every((one) => this.#isDelay(one, moves));
    if (move.kind !== 'timer') return false;
    if (move.worker > 0 && !this.#runs(move.worker)) return true;
    if (moves.some(({ target }) => target.kind === 'event' && target.event.prompt === true)) return true;
    return moves.some((other) => other.worker === move.worker && isWork(other));
  }

  #runs(worker: number): boolean {
    return this.stage.workers.some(({ flow, status }) => flow.worker === worker && status === 'running');
  }

  #event(move: Move, fault: FaultMove | undefined, cost: Cost | undefined, footprint: Footprint): Event {
    const base = {
      footprint,
      worker: move.worker,
      ...(cost === undefined ? {} : { cost }),
      ...(this.#isFleeting(move) ? { fleeting: true as const } : {}),
    };
    if (fault === undefined) return { key: this.#keyOf(move, cost), label: move.label, ...base };
    const name = this.#faultName(fault);
    // A fault of the server is one and the same, whichever step would have been next.
    if (move.kind === 'server') return { key: `server!${name}`, label: name, ...base };
    return { key: `${move.id}!${name}`, label: `${move.label} [${name}]`, ...base };
  }

  /** It takes a key that has a deadline and somebody who waits for longer, or somebody who has noticed an expiry. */
  #isFleeting({ kind }: Move): boolean {
    return kind === 'expiry' || (kind === 'timer' && this.expired);
  }

  /** Its kind, with its place in the plan where there are several of this kind. */
  #faultName({ spec }: FaultMove): string {
    const { specs } = this.stage.scenario.faults;
    const same = specs.filter(({ kind }) => kind === spec.kind);
    return same.length === 1 ? spec.kind : `${spec.kind}.${same.indexOf(spec) + 1}`;
  }

  /** The name of a step, the same in every execution in which it occurs. */
  #keyOf({ target, id }: Move, cost: Cost | undefined): string {
    if (target.kind === 'expiry') return early(id, cost);
    if (target.kind !== 'timer') return id;
    const { flow, nth } = target.timer;
    // Numbered by when it was set: the next timer of a flow to fire is now this one and now that.
    const name = `${flow.name}.timer#${nth - this.#timers.get(flow)!}`;
    return early(name, cost);
  }
}

/** What needs no permit becomes possible when its worker has nothing else to do, and is another step. */
function early(name: string, cost: Cost | undefined): string {
  return cost === undefined ? name : `${name}!early`;
}

/** Would its worker go on with it? What a fault has made late is no reason to wait for it. */
function isWork({ target }: Move): boolean {
  return target.kind !== 'timer' && (target.kind !== 'event' || target.event.ordinary);
}
