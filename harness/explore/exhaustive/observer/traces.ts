import type { Operation } from '../../../check/happened.js';
import type { History } from '../../../check/history.js';
import type { Stage } from '../../../execution/stage/stage.js';
import type { PendingEvent } from '../../../execution/steps/event.js';
import { callMove, commandMove } from '../../../execution/steps/move.js';
import { messageId } from '../../../execution/traffic/subscriptions.js';
import type { Link } from '../../../wire/gate/link.js';
import type { WorkerStatus } from '../../../execution/stage/worker.js';
import { add, read, write, type Access, type Footprint } from '../../events/footprint.js';
import {
  CLOCK,
  connection,
  inbox,
  pending,
  RUNNING,
  sets,
  worker as workerOf,
} from '../../events/resources.js';
import type { Aspects } from './aspects.js';
import type { EventNames } from './event-names.js';
import type { Flow } from '../../../base/flow.js';
import type { CostLimits } from '../../events/event.js';
import { landingOf, linkName } from '../../footprints/calls.js';

/** What a step left behind, apart from what it did on the server. @internal */
export interface StepTrace {
  readonly footprint: Footprint;
  /** It woke another worker, though it went on no connection that they share: they share memory. */
  readonly woke: boolean;
}

/**
 * Compares a stage before and after each step: whether somebody looked at the clock, which workers moved and which
 * ended, what the server pushed to whom, and what invariants may see of it in the history.
 *
 * @internal
 */
export class StepTraces {
  readonly #activity: number[];
  readonly #status: WorkerStatus[];
  readonly #timers: number[];
  #operations = 0;
  #commands = 0;
  #open: Operation[] = [];
  #faults = 0;
  #pending: ReadonlySet<PendingEvent> = new Set();
  readonly #pushed = new Map<Link, number>();
  #links: readonly Link[] = [];
  #held: ReadonlySet<object> = new Set();

  constructor(
    readonly stage: Stage,
    readonly aspects: Aspects,
    readonly limits: CostLimits,
    readonly names: EventNames,
  ) {
    this.#activity = stage.workers.map(() => 0);
    this.#timers = stage.workers.map(({ flow }) => stage.environment.time.timersSet(flow));
    this.#status = stage.workers.map(({ status }) => status);
    // What happened before the first step is the same in every execution.
    this.take(0);
  }

  /**
   * What happened since the last call.
   *
   * @param own - the worker whose step it was
   * @param unheard - that worker had no part in it
   */
  take(own: number, unheard = false): StepTrace {
    const accesses: Access[] = [];
    const { time } = this.stage.environment;
    if (time.looked) accesses.push(read(CLOCK));
    const woke = this.#workers(own, unheard, accesses);
    this.#sends(accesses);
    this.#history(accesses);
    this.#pushes(accesses);
    // Whoever is answered because of it was waiting on the server: the step did what that one had asked for, too.
    let answered = false;
    for (const event of this.stage.pending) {
      if (this.#pending.has(event)) continue;
      accesses.push(write(pending(event.id)));
      // Who closes a connection does so by RST or by FIN, as something has come on it by then or has not.
      if (event.http !== undefined) accesses.push(write(connection(event.http.connection.name)));
      answered ||= event.private !== true && landingOf(event) === undefined;
    }
    if (this.#pending.size > 0 || this.stage.pending.length > 0) this.#pending = new Set(this.stage.pending);
    time.looked = false;
    return { footprint: answered ? 'everything' : accesses, woke };
  }

  #workers(own: number, unheard: boolean, accesses: Access[]): boolean {
    const { workers, environment } = this.stage;
    let woke = false;
    for (const [at, { flow, steps, status }] of workers.entries()) {
      const timersSet = environment.time.timersSet(flow);
      const activity = flow.commands + steps.length + flow.outstanding.size + timersSet + flow.timersFired;
      const moved = activity !== this.#activity[at] || status !== this.#status[at];
      if (status !== 'running' && this.#status[at] === 'running')
        accesses.push(this.#leavesTimers(flow) ? write(RUNNING) : add(RUNNING));
      // A timer is not there before it is set, whoever makes it early or overdue then.
      for (let nth = this.#timers[at]! + 1; nth <= timersSet; nth++)
        for (const key of this.names.ofTimer(flow, nth)) accesses.push(write(sets(key)));
      this.#timers[at] = timersSet;
      this.#activity[at] = activity;
      this.#status[at] = status;
      const others = flow.worker !== own;
      if (!moved || !(others || unheard)) continue;
      accesses.push(write(workerOf(flow.worker)));
      woke ||= others;
    }
    return woke;
  }

  /** Does it leave a timer behind that may be early? It can fire only as long as others run: who ends first matters. */
  #leavesTimers(flow: Flow): boolean {
    const { delay, clientTimers = false } = this.limits;
    return delay > 0 && this.stage.environment.time.waits(flow, clientTimers);
  }

  /** What is pushed on one connection arrives in the order in which it was, whatever caused it. */
  #pushes(accesses: Access[]): void {
    for (const link of this.stage.listening) {
      const known = this.#pushed.get(link) ?? 0;
      const { pushed } = link.inbox;
      if (pushed === known) continue;
      accesses.push(write(inbox(linkName(link))));
      for (let nth = known + 1; nth <= pushed; nth++) accesses.push(write(sets(messageId(link, nth))));
      this.#pushed.set(link, pushed);
    }
  }

  /** What was sent can come to the server from now on, whoever hears of it then, as long as its connection is there. */
  #sends(accesses: Access[]): void {
    const { links, clients } = this.stage;
    for (const link of this.#links) if (!links.includes(link)) accesses.push(write(inbox(linkName(link))));
    if (links.length !== this.#links.length || links.some((link, at) => link !== this.#links[at]))
      this.#links = [...links];
    const held = new Set<object>();
    const note = (one: object, id: () => string): void => {
      held.add(one);
      if (!this.#held.has(one)) accesses.push(write(sets(id())));
    };
    for (const link of links) for (const one of link.frames.queue) note(one, () => commandMove(link, one).id);
    for (const client of clients) for (const one of client.held) note(one, () => callMove(client, one).id);
    this.#held = held;
  }

  #history(accesses: Access[]): void {
    const { history } = this.stage;
    accesses.push(...this.aspects.ofStep());
    const faults = extent(history);
    if (faults !== this.#faults) accesses.push(...this.aspects.ofFault());
    this.#faults = faults;
    for (; this.#commands < history.commands.length; this.#commands++)
      accesses.push(...this.aspects.ofCommand(history.commands[this.#commands]!));
    for (const { name } of this.#started(history)) accesses.push(...this.aspects.ofOperation(name, 'start'));
    const ended = this.#open.filter(({ end }) => end !== Infinity);
    if (ended.length === 0) return;
    for (const { name } of ended) accesses.push(...this.aspects.ofOperation(name, 'end'));
    this.#open = this.#open.filter(({ end }) => end === Infinity);
  }

  #started({ operations }: History): Operation[] {
    const started = operations.slice(this.#operations);
    this.#operations = operations.length;
    this.#open.push(...started);
    return started;
  }
}

/** A number that grows with all that is told of faults: one more, one that goes on, one that is over. */
function extent({ faults }: History): number {
  let all = faults.length;
  for (const { end } of faults) if (end !== Infinity) all += end;
  return all;
}
