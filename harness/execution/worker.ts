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
  readonly connect: WorkerContext['connect'];
  readonly tcpPort: WorkerContext['tcpPort'];
  readonly step: WorkerContext['step'];
  readonly sleep = sleep;
  readonly operation: WorkerContext['operation'];
  readonly critical: WorkerContext['critical'];
  readonly #worker: Worker;

  constructor(worker: Worker) {
    const { flow, client, host } = worker;
    this.#worker = worker;
    this.id = flow.worker;
    this.name = flow.name;
    this.redis = client.redis!;
    this.connect = (options) => host.connect(flow, options).redis!;
    this.tcpPort = (options = {}) => host.tcpPort(flow, options);
    this.step = (label) => worker.step(label);
    this.operation = (name, body) => worker.operation(name, body);
    this.critical = (body, name = 'critical section') => worker.operation(name, body);
  }

  get clientOptions(): LegacyOptions {
    const { host, flow } = this.#worker;
    return host.clientOptions(flow);
  }

  get signal(): AbortSignal {
    const { host, flow } = this.#worker;
    return host.signal(flow);
  }
}

function sleep(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
