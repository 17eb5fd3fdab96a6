import type { Redis, RedisOptions } from 'ioredis';
import type { History, Operation } from '../check/history.js';
import { outcomeOf } from '../check/history.js';
import { runInFlow, type Flow } from '../flow.js';
import type { LegacyOptions, WorkerBody, WorkerContext } from '../scenario.js';
import { callerSource } from '../wire/caller-source.js';
import type { Client } from '../wire/client.js';
import { LAB_HOST, LAB_PORT, LAB_URL } from '../wire/socket-hook.js';
import type { PortOptions } from '../wire/tcp-entry.js';

const LAB_ADDRESS = { host: LAB_HOST, port: LAB_PORT } as const;

/** A worker's own interleaving point, held until the lab chooses it. */
export interface ExplicitStep {
  readonly seq: number;
  readonly nth: number;
  readonly label: string;
  readonly source: string | undefined;
  readonly proceed: () => void;
}

export type WorkerStatus = 'waiting' | 'running' | 'done' | 'failed' | 'crashed';

/** What a worker needs from its execution. */
export interface WorkerHost {
  readonly traced: boolean;
  readonly history: History;
  nextSeq(): number;
  /** Opens another connection for this worker. */
  connect(flow: Flow, options: RedisOptions | undefined): Client;
  clientOptions(flow: Flow): LegacyOptions;
  /** Opens a port for clients in other processes; the same one every time. */
  tcpPort(flow: Flow, options: PortOptions): Promise<number>;
  /** Aborted when this worker can do nothing any more. */
  signal(flow: Flow): AbortSignal;
  workerEnded(worker: Worker): void;
}

/** One worker of one execution. */
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
  ) {}

  /** Starts the worker; it runs until it first waits for something. */
  start(body: WorkerBody): void {
    this.status = 'running';
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
    this.host.workerEnded(this);
  }

  /** An interleaving point of its own. */
  step(label: string): Promise<void> {
    return new Promise((resolve) => {
      const source = this.host.traced ? callerSource() : undefined;
      const nth = (this.#stepCount += 1);
      this.steps.push({ seq: this.host.nextSeq(), nth, label, source, proceed: resolve });
    });
  }

  /** Records an operation in the history. */
  async operation<T>(name: string, body: () => Promise<T>): Promise<T> {
    const { history } = this.host;
    const operation: Operation = {
      worker: this.flow.worker,
      name,
      start: history.tick(),
      end: Infinity,
      outcome: 'pending',
    };
    history.operations.push(operation);
    try {
      const value = await body();
      if (!this.flow.alive) return value;
      operation.outcome = 'ok';
      operation.value = value;
      return value;
    } catch (error) {
      if (this.flow.alive) {
        operation.outcome = outcomeOf(error);
        operation.error = error instanceof Error ? error : new Error(String(error));
      }
      throw error;
    } finally {
      if (this.flow.alive) operation.end = history.tick();
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
  readonly redis: Redis;
  readonly url = LAB_URL;
  readonly address = LAB_ADDRESS;
  readonly sleep = sleep;
  readonly #worker: Worker;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.id = worker.flow.worker;
    this.name = worker.flow.name;
    this.redis = worker.client.redis!;
  }

  // Workers take these out of the object.
  readonly connect: WorkerContext['connect'] = (options) =>
    this.#worker.host.connect(this.#worker.flow, options).redis!;
  readonly tcpPort: WorkerContext['tcpPort'] = (options = {}) =>
    this.#worker.host.tcpPort(this.#worker.flow, options);
  readonly step: WorkerContext['step'] = (label) => this.#worker.step(label);
  readonly operation: WorkerContext['operation'] = (name, body) => this.#worker.operation(name, body);
  readonly critical: WorkerContext['critical'] = (body, name = 'critical section') =>
    this.#worker.operation(name, body);

  get clientOptions(): LegacyOptions {
    return this.#worker.host.clientOptions(this.#worker.flow);
  }

  get signal(): AbortSignal {
    return this.#worker.host.signal(this.#worker.flow);
  }
}

function sleep(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
