import type { Redis, RedisOptions } from 'ioredis';
import type { Operation, WorkerEnd } from '../../check/happened.js';
import type { History } from '../../check/history.js';
import { outcomeOf } from '../../check/outcome.js';
import { runInFlow, type Flow } from '../../base/flow.js';
import { ScenarioError } from '../../base/scenario-error.js';
import { shown } from '../../base/shown.js';
import { criticalSection } from '../../scenario/critical.js';
import type { ClientOptions } from '../../scenario/client-types.js';
import type { WorkerBody, WorkerContext } from '../../scenario/types.js';
import type { SharedUse } from '../../scenario/running.js';
import { callerSource } from '../../base/caller-source.js';
import type { Client } from '../../wire/gate/client.js';
import { LAB_ADDRESS, LAB_URL } from '../../wire/entries/socket-hook.js';
import type { PortOptions } from '../../wire/entries/tcp-entry.js';
import type { ExplicitStep } from '../steps/move.js';
import { asError } from './uncaught-error.js';

/** How far a worker is: `failed` is ended with an error, `crashed` ended by a fault. @internal */
export type WorkerStatus = 'waiting' | 'running' | 'done' | 'failed' | 'crashed';

/** What a worker needs from its execution. @internal */
export interface WorkerHost {
  readonly traced: boolean;
  readonly history: History;
  /** What the start of the application returned. */
  readonly app: { readonly value: unknown } | undefined;
  /** Steps so far. */
  readonly stepCount: number;
  /** Virtual time since the execution began. */
  readonly positionMs: number;
  nextSeq(): number;
  /** Gives a worker the client that the lab keeps ready for it. */
  take(client: Client): Redis;
  /** Opens another connection for this worker. */
  connect(flow: Flow, options: RedisOptions | undefined): Client;
  clientOptions(flow: Flow): ClientOptions;
  /** Opens a port for clients in other processes; the same one every time. */
  tcpPort(flow: Flow, options: PortOptions): Promise<number>;
  /** Aborted when this worker can do nothing any more. */
  signal(flow: Flow): AbortSignal;
  workerEnded(worker: Worker): void;
}

/** How a worker has ended, or that it has not. @internal */
export function noteEnd({ ends }: History, end: WorkerEnd): void {
  const at = ends.findIndex(({ worker }) => worker === end.worker);
  ends[at < 0 ? ends.length : at] = end;
}

/** One worker of one execution. @internal */
export class Worker {
  /** `waiting` until it is started. */
  status: WorkerStatus = 'waiting';
  error: unknown;
  readonly steps: ExplicitStep[] = [];
  #stepCount = 0;

  constructor(
    readonly flow: Flow,
    readonly client: Client,
    readonly host: WorkerHost,
    /** Nobody waits for its end. */
    readonly background = false,
  ) {}

  /** Starts the worker; it runs until it first waits for something. */
  start(body: WorkerBody): void {
    this.status = 'running';
    noteEnd(this.host.history, { worker: this.flow.worker, how: 'running' });
    runInFlow(this.flow, () => {
      let running: Promise<unknown>;
      try {
        running = Promise.resolve(body(new Context(this)));
      } catch (error) {
        running = Promise.reject(error);
      }
      running.then(
        () => this.#ended('done', undefined),
        (error: unknown) => this.#ended('failed', error),
      );
    });
  }

  #ended(status: 'done' | 'failed', error: unknown): void {
    if (this.status !== 'running' || !this.flow.alive) return;
    this.status = status;
    this.error = error;
    const { worker } = this.flow;
    noteEnd(
      this.host.history,
      status === 'done' ? { worker, how: 'ended' } : { worker, how: 'failed', error: asError(error) },
    );
    this.host.workerEnded(this);
  }

  /** An interleaving point of its own. */
  step(label: string): Promise<void> {
    return new Promise((resolve) => this.#await({ label, proceed: resolve }));
  }

  /** The use of a shared value, which is a step as well. */
  use(use: SharedUse): void {
    this.#await({ label: use.label, proceed: () => {}, use });
  }

  #await(step: Pick<ExplicitStep, 'label' | 'proceed' | 'use'>): void {
    const source = this.host.traced ? callerSource() : undefined;
    const nth = (this.#stepCount += 1);
    this.steps.push({ seq: this.host.nextSeq(), nth, source, ...step });
  }

  /** Records an operation in the history. */
  async operation<T>(name: string, body: () => Promise<T>, input?: unknown): Promise<T> {
    if (typeof name !== 'string' || typeof body !== 'function')
      throw new ScenarioError(
        `operation(name, body) takes a name and a function, not ${shown(name)}, ${shown(body)}`,
      );
    const { host } = this;
    const { history } = host;
    const operation: Operation = {
      worker: this.flow.worker,
      name,
      start: history.tick(),
      startStep: host.stepCount,
      startMs: host.positionMs,
      end: Infinity,
      endStep: Infinity,
      endMs: Infinity,
      outcome: 'pending',
      ...(input === undefined ? {} : { input }),
    };
    // Whoever is over and hears at last that its commands failed has begun nothing.
    if (this.flow.alive) history.operations.push(operation);
    try {
      const value = await body();
      if (!this.flow.alive) return value;
      operation.outcome = 'ok';
      operation.value = value;
      return value;
    } catch (error) {
      if (this.flow.alive) {
        operation.outcome = outcomeOf(error);
        operation.error = asError(error);
      }
      throw error;
    } finally {
      if (this.flow.alive) {
        operation.end = history.tick();
        operation.endStep = host.stepCount;
        operation.endMs = host.positionMs;
      }
    }
  }
}

/**
 * What a worker is given. A class, since an object with getters of its own would be a new hidden class for every
 * worker of every execution.
 */
class Context implements WorkerContext {
  readonly id: number;
  readonly name: string;
  declare readonly redis: Redis;
  readonly url = LAB_URL;
  readonly address = LAB_ADDRESS;
  readonly sleep = sleep;
  readonly #worker: Worker;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.id = worker.flow.worker;
    this.name = worker.flow.name;
    // Of its own, for those who copy the context; and the same function for all of them, so that they are of one shape.
    Object.defineProperty(this, 'redis', TAKEN_WHEN_ASKED_FOR);
  }

  static takeRedis(this: Context): Redis {
    const { host, client } = this.#worker;
    return host.take(client);
  }

  // Workers take these out of the object.
  readonly connect: WorkerContext['connect'] = (options) =>
    this.#worker.host.connect(this.#worker.flow, options).redis!;
  readonly tcpPort: WorkerContext['tcpPort'] = (options = {}) =>
    this.#worker.host.tcpPort(this.#worker.flow, options);
  readonly step: WorkerContext['step'] = (label) => this.#worker.step(label);
  readonly operation: WorkerContext['operation'] = (name, body, input) =>
    this.#worker.operation(name, body, input);
  readonly critical: WorkerContext['critical'] = criticalSection(this.operation);

  get app(): unknown {
    return this.#worker.host.app?.value;
  }

  get clientOptions(): ClientOptions {
    return this.#worker.host.clientOptions(this.#worker.flow);
  }

  get signal(): AbortSignal {
    return this.#worker.host.signal(this.#worker.flow);
  }
}

// oxlint-disable-next-line typescript/unbound-method -- it is called on a context
const TAKEN_WHEN_ASKED_FOR: PropertyDescriptor = { get: Context.takeRedis, enumerable: true };

function sleep(durationMs: number): Promise<void> {
  if (typeof durationMs !== 'number' || Number.isNaN(durationMs))
    throw new ScenarioError(`sleep takes a time in ms, not ${shown(durationMs)}`);
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
