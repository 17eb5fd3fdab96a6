import type { History, Operation } from '../../check/history.js';
import type { Looks } from '../../check/history-lens.js';
import type { Stage } from '../../execution/stage.js';
import type { PendingEvent } from '../../execution/step.js';
import type { WorkerStatus } from '../../execution/worker.js';
import { add, read, write, type Access } from '../footprint.js';
import { CLOCK, HISTORY, historyOf, pending, RUNNING, worker as workerOf } from '../resources.js';

/** What a step left behind, apart from what it did on the server. */
export interface Left {
  readonly accesses: readonly Access[];
  /** It woke another worker, though it went on no connection that they share: they share memory. */
  readonly woke: boolean;
}

/**
 * Compares a stage before and after each step: whether somebody looked at the clock, which workers moved and which
 * ended, and what invariants may see of it in the history.
 */
export class StepTraces {
  readonly #activity: number[];
  readonly #status: WorkerStatus[];
  #operations = 0;
  #commands = 0;
  #open: Operation[] = [];
  #pending: ReadonlySet<PendingEvent> = new Set();

  constructor(
    readonly stage: Stage,
    readonly looks: Looks,
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
    for (const event of this.stage.pending) {
      if (!this.#pending.has(event)) accesses.push(write(pending(event.id)));
    }
    if (this.#pending.size > 0 || this.stage.pending.length > 0) this.#pending = new Set(this.stage.pending);
    time.looked = false;
    time.timed.clear();
    return { accesses, woke };
  }

  #workers(own: number, accesses: Access[]): boolean {
    const { workers, environment } = this.stage;
    let woke = false;
    for (const [at, { flow, steps, status }] of workers.entries()) {
      const activity = flow.commands + steps.length + flow.timersFired + flow.outstanding.size;
      const moved =
        activity !== this.#activity[at] || status !== this.#status[at] || environment.time.timed.has(flow);
      if (status !== 'running' && this.#status[at] === 'running') accesses.push(add(RUNNING));
      this.#activity[at] = activity;
      this.#status[at] = status;
      if (!moved || flow.worker === own) continue;
      accesses.push(write(workerOf(flow.worker)));
      woke = true;
    }
    return woke;
  }

  #history(accesses: Access[]): void {
    const { history } = this.stage;
    const { looks } = this;
    if (looks.commands && history.commands.length > this.#commands) accesses.push(write(HISTORY));
    this.#commands = history.commands.length;
    for (const operation of this.#started(history)) this.#touch(operation.name, true, accesses);
    const open = this.#open;
    if (!open.some(({ end }) => end !== Infinity)) return;
    for (const { name, end } of open) if (end !== Infinity) this.#touch(name, false, accesses);
    this.#open = open.filter(({ end }) => end === Infinity);
  }

  #started({ operations }: History): Operation[] {
    const started = operations.slice(this.#operations);
    this.#operations = operations.length;
    this.#open.push(...started);
    return started;
  }

  /** Positions of one name may be compared with those of any other that is looked at. */
  #touch(name: string, starts: boolean, accesses: Access[]): void {
    const { order, starts: listed, all } = this.looks;
    if (order.has(name)) accesses.push(write(HISTORY));
    if (starts && all) accesses.push(write(historyOf('*')));
    else if (starts && listed.has(name)) accesses.push(write(historyOf(name)));
  }
}
