import { Redis, type RedisOptions } from 'ioredis';
import { History } from '../check/history.js';
import { Prng } from '../clock/prng.js';
import { runInFlow, type Flow } from '../flow.js';
import type { Scenario } from '../scenario.js';
import { Client, type Network } from '../wire/client.js';
import { connectorFor } from '../wire/connector.js';
import { Link } from '../wire/link.js';
import type { Environment } from './environment.js';
import type { PerformedStep } from './step.js';
import { Worker, type WorkerHost } from './worker.js';

/** Something that went wrong in a worker and that nothing handled. */
export interface UncaughtError {
  readonly worker: number;
  readonly origin: 'exception' | 'rejection' | 'worker';
  readonly error: Error;
}

/**
 * The cast of one execution: flows, workers, clients and their connections. It takes note of what they want and
 * moves nothing by itself.
 */
export class Stage implements Network, WorkerHost {
  readonly history = new History();
  readonly workers: Worker[] = [];
  readonly clients: Client[] = [];
  readonly links: Link[] = [];
  /** Links that closed and whose upstream connection is still to be reset. */
  readonly closing: Link[] = [];
  readonly uncaught: UncaughtError[] = [];
  readonly steps: PerformedStep[] = [];
  /** Remarks for the lane table since the last step was recorded. */
  notes: string[] = [];
  /** The execution is over: nothing that still runs may have an effect. */
  over = false;
  readonly #flows: Flow[] = [];
  #seq = 0;

  constructor(
    readonly environment: Environment,
    readonly scenario: Scenario,
    readonly seed: number,
    readonly traced: boolean,
  ) {}

  /** Creates flows, clients and workers; those in `skip` (1-based) do not take part. Nothing runs yet. */
  populate(skip: readonly number[]): void {
    const shared = this.scenario.clients === 'shared' ? this.#client('shared', true, this.#flow(0, 'shared')) : undefined;
    for (let id = 1; id <= this.scenario.workers.length; id++) {
      if (skip.includes(id)) continue;
      const flow = this.#flow(id, `w${id}`);
      this.workers.push(new Worker(flow, shared ?? this.#client(flow.name, false, flow), this));
    }
  }

  /** Starts every worker; each runs until it first waits. */
  start(): void {
    for (const worker of this.workers) worker.start(this.scenario.workers[worker.flow.worker - 1]!);
  }

  get flows(): readonly Flow[] {
    return this.#flows;
  }

  nextSeq(): number {
    return (this.#seq += 1);
  }

  connecting(link: Link): void {
    this.links.push(link);
  }

  linkClosed(link: Link): void {
    if (this.over) return;
    this.closing.push(link);
  }

  clientError(client: Client, error: unknown, handled: boolean): void {
    if (this.over) return;
    const text = error instanceof Error ? error.message : String(error);
    this.notes.push(`${client.name}: error event ${text}${handled ? '' : ' (no listener)'}`);
  }

  connect(flow: Flow, options: RedisOptions | undefined): Client {
    const count = this.clients.filter((client) => client.flow === flow).length;
    return this.#create(`${flow.name}.${count + 1}`, false, flow, options);
  }

  clientOptions(flow: Flow): RedisOptions {
    const client = new Client(`${flow.name}.own`, false, undefined, flow, this);
    this.clients.push(client);
    return { ...this.scenario.clientOptions, Connector: connectorFor(client) };
  }

  workerEnded(worker: Worker): void {
    if (worker.status !== 'failed') return;
    this.notes.push(`w${worker.flow.worker} ended with ${errorText(worker.error)}`);
    if (!this.scenario.workersMayFail) this.#report(worker.flow.worker, worker.error, 'worker');
  }

  /** Ends everything: flows become inert, clients that are as new are kept, the others are closed. */
  async finish(reuse: boolean): Promise<void> {
    this.over = true;
    const kept: Client[] = [];
    for (const client of this.clients) {
      if (reuse && this.#asNew(client)) kept.push(client);
      else runInFlow(client.flow, () => client.redis?.disconnect());
    }
    for (const flow of this.#flows) flow.alive = false;
    for (const link of this.links) {
      if (kept.includes(link.client)) continue;
      link.phase = 'closed';
      link.stream.destroy();
      await this.releaseUpstream(link);
    }
    for (const client of kept) this.environment.keepClient(client);
  }

  /** Gives the server's side of a connection back, in the state of a new one. */
  async releaseUpstream(link: Link): Promise<void> {
    const { upstream } = link;
    link.upstream = undefined;
    if (upstream !== undefined) await this.environment.upstreams.release(upstream);
  }

  /** May this client serve the next execution? Only when that one could not tell it from a new client. */
  #asNew(client: Client): boolean {
    const { link, redis } = client;
    if (link === undefined || redis === undefined || client.touched || client.name.includes('.')) return false;
    if (redis.status !== 'ready' || link.phase !== 'open' || link.silent || link.stateful || link.queue.length > 0) return false;
    if (client.held.length > 0 || client.extended) return false;
    const flows = client.shared ? this.#flows : [client.flow];
    return flows.every((flow) => flow.alive && flow.outstanding.size === 0 && !this.environment.time.waits(flow));
  }

  #client(name: string, shared: boolean, flow: Flow): Client {
    const kept = this.environment.takeClient(this.scenario, name);
    if (kept === undefined) return this.#create(name, shared, flow, undefined);
    kept.flow = flow;
    kept.network = this;
    this.clients.push(kept);
    this.links.push(kept.link!);
    return kept;
  }

  #create(name: string, shared: boolean, flow: Flow, options: RedisOptions | undefined): Client {
    const client = new Client(name, shared, options, flow, this);
    this.clients.push(client);
    const merged: RedisOptions = { ...this.scenario.clientOptions, ...options, Connector: connectorFor(client) };
    const create = this.scenario.createClient ?? newRedis;
    client.adopt(runInFlow(flow, () => create(merged)));
    return client;
  }

  #flow(worker: number, name: string): Flow {
    const flow: Flow = {
      worker,
      name,
      random: new Prng(this.seed, worker),
      time: this.environment.time,
      alive: true,
      commands: 0,
      timersFired: 0,
      outstanding: new Set(),
      immediates: [],
      uncaught: (error, origin) => this.#report(worker, error, origin),
    };
    this.#flows.push(flow);
    return flow;
  }

  #report(worker: number, error: unknown, origin: UncaughtError['origin']): void {
    if (this.over) return;
    this.uncaught.push({ worker, origin, error: error instanceof Error ? error : new Error(String(error)) });
  }
}

function newRedis(options: RedisOptions): Redis {
  // The overloads tell reply mappings apart by type; workers are typed with the default one.
  return new Redis(options as RedisOptions & { replyMapping?: 'legacy' });
}

/** An error in one line. */
export function errorText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
