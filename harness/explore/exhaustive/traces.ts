import type { History, Operation } from '../../check/history.js';
import type { Stage } from '../../execution/stage.js';
import type { PendingEvent } from '../../execution/step.js';
import type { Link } from '../../wire/link.js';
import type { WorkerStatus } from '../../execution/worker.js';
import { add, read, write, type Access, type Footprint } from '../footprint.js';
import { CLOCK, inbox, pending, RUNNING, worker as workerOf } from '../resources.js';
import type { Aspects } from './aspects.js';
import { landingOf, linkName } from './calls.js';

/** What a step left behind, apart from what it did on the server. */
export interface Left {
  readonly footprint: Footprint;
  /** It woke another worker, though it went on no connection that they share: they share memory. */
  readonly woke: boolean;
}

/**
 * Compares a stage before and after each step: whether somebody looked at the clock, which workers moved and which
 * ended, what the server pushed to whom, and what invariants may see of it in the history.
 */
export class StepTraces {
  readonly #activity: number[];
  readonly #status: WorkerStatus[];
  #operations = 0;
  #commands = 0;
  #open: Operation[] = [];
  #pending: ReadonlySet<PendingEvent> = new Set();
  readonly #pushed = new Map<Link, number>();

  constructor(
    readonly stage: Stage,
    readonly aspects: Aspects,
  ) {
    this.#activity = stage.workers.map(() => 0);
    this.#status = stage.workers.map(({ status }) => status);
    // What happened before the first step is the same in every execution.
    this.take(0);
  }

  /** What happened since the last call. @param own - the worker whose step it was */
  take(own: number): Left {
    const accesses: Access[] = [];
    const { time } = this.stage.environment;
    if (time.looked) accesses.push(read(CLOCK));
    const woke = this.#workers(own, accesses);
    this.#history(accesses);
    this.#pushes(accesses);
    // Whoever is answered because of it was waiting on the server: the step did what that one had asked for, too.
    let answered = false;
    for (const event of this.stage.pending) {
      if (this.#pending.has(event)) continue;
      accesses.push(write(pending(event.id)));
      answered ||= event.private !== true && landingOf(event) === undefined;
    }
    if (this.#pending.size > 0 || this.stage.pending.length > 0) this.#pending = new Set(this.stage.pending);
    time.looked = false;
    return { footprint: answered ? 'everything' : accesses, woke };
  }

  #workers(own: number, accesses: Access[]): boolean {
    const { workers, environment } = this.stage;
    let woke = false;
    for (const [at, { flow, steps, status }] of workers.entries()) {
      const timers = environment.time.timersSet(flow) + flow.timersFired;
      const activity = flow.commands + steps.length + flow.outstanding.size + timers;
      const moved = activity !== this.#activity[at] || status !== this.#status[at];
      if (status !== 'running' && this.#status[at] === 'running') accesses.push(add(RUNNING));
      this.#activity[at] = activity;
      this.#status[at] = status;
      if (!moved || flow.worker === own) continue;
      accesses.push(write(workerOf(flow.worker)));
      woke = true;
    }
    return woke;
  }

  /** What is pushed on one connection arrives in the order in which it was, whatever caused it. */
  #pushes(accesses: Access[]): void {
    for (const link of this.stage.listening) {
      if (link.pushed !== (this.#pushed.get(link) ?? 0)) accesses.push(write(inbox(linkName(link))));
      this.#pushed.set(link, link.pushed);
    }
  }

  #history(accesses: Access[]): void {
    const { history } = this.stage;
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
