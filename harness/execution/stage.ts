import { Redis, type RedisOptions } from 'ioredis';
import { History } from '../check/history.js';
import { Prng } from '../clock/prng.js';
import { forgetRealWork } from '../clock/real-work.js';
import { Flow, runInFlow } from '../flow.js';
import type { LegacyOptions, Scenario } from '../scenario.js';
import { Client, type Network } from '../wire/client.js';
import { connectorFor } from '../wire/connector.js';
import { mayHitFirstConnect, mayHitHandshake } from '../wire/fault-spec.js';
import { ForeignClients } from '../wire/foreign-clients.js';
import { turnMustEnd } from '../wire/end-of-turn.js';
import { Link, type HeldCommand } from '../wire/link.js';
import { LAB_HOST, LAB_PORT, labHostOf } from '../wire/socket-hook.js';
import { TcpEntry, type PortOptions } from '../wire/tcp-entry.js';
import { endWait, type ServerWait } from './blocking.js';
import type { Environment } from './environment.js';
import type { PendingEvent, PerformedStep } from './step.js';
import { turn } from './turn.js';
import { Worker, type WorkerHost } from './worker.js';

/** A command that was sent and that the server has not looked at yet. */
export interface ParkedCommand {
  readonly link: Link;
  readonly held: HeldCommand;
  /** Of the step that sent it. */
  readonly id: string;
}

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
  /** Links whose upstream connection the server closed. */
  readonly cut: Link[] = [];
  /** Commands that wait in the buffers of a server that stands still, in the order in which they were sent. */
  readonly parked: ParkedCommand[] = [];
  /** Links that their clients closed while such commands were under way. */
  readonly abandoned: Link[] = [];
  /** What is on its way and happens when the lab chooses it, in order of arrival. */
  readonly pending: PendingEvent[] = [];
  readonly uncaught: UncaughtError[] = [];
  readonly steps: PerformedStep[] = [];
  /** Remarks for the lane table since the last step was recorded. */
  notes: string[] = [];
  /** The execution is over: nothing that still runs may have an effect. */
  over = false;
  /** Clients that workers constructed themselves, whatever they are. */
  readonly foreign = new ForeignClients(this);
  /** Workers whose connects are refused, and how many still are. */
  readonly outages = new Map<Flow, number>();
  /** Commands that the server keeps waiting, in the order in which they were issued. */
  readonly waiting: ServerWait[] = [];
  /** The server is being told that clients whose commands wait are gone. */
  readonly kills: Promise<unknown>[] = [];
  /** Connections on which the server may push something. */
  readonly listening = new Set<Link>();
  /** Workers that stand still. */
  readonly paused = new Set<Flow>();
  /** Workers whose client is in another process. Such an execution is best effort. */
  readonly ports = new Map<Flow, TcpEntry>();
  readonly #signals = new Map<Flow, AbortController>();
  readonly #flows: Flow[] = [];
  /** How a client connects is part of the execution: no client of an earlier one will do. */
  readonly #connectsAnew: boolean;
  #seq = 0;

  constructor(
    readonly environment: Environment,
    readonly scenario: Scenario,
    readonly seed: number,
    readonly traced: boolean,
  ) {
    // The sockets of the other ways belong to the flow that opened them.
    this.#connectsAnew =
      scenario.way !== 'connector' ||
      scenario.faults.specs.some(({ at }) => at?.reconnect === 0 || at?.handshake === true);
  }

  /**
   * Creates flows, clients and workers; those in `skip` (1-based) do not take part. Nothing runs yet.
   *
   * @returns undefined when that is done already
   */
  populate(skip: readonly number[]): Promise<void> | undefined {
    const { clients, way, workers } = this.scenario;
    const shared = clients === 'shared' ? this.#flow(0, 'shared') : undefined;
    const numbers = workers.map((_body, at) => at + 1).filter((id) => !skip.includes(id));
    const flows = numbers.map((id) => this.#flow(id, `w${id}`));
    const engage = (): void => {
      const client = shared && this.#primary('shared', true, shared);
      for (const flow of flows)
        this.workers.push(new Worker(flow, client ?? this.#primary(flow.name, false, flow), this));
    };
    if (way === 'tcp') return this.#listening().then(engage);
    engage();
    return undefined;
  }

  async #listening(): Promise<void> {
    await Promise.all(this.#flows.map((flow) => this.#entry(flow, {}).listening));
  }

  /** Starts every worker; each runs until it first waits. */
  start(): void {
    for (const client of this.clients) {
      // It did something when it was made; reused, it would not.
      if (client.link !== undefined && client.link.queue.length > 0) client.touched = true;
    }
    for (const worker of this.workers) worker.start(this.scenario.workers[worker.flow.worker - 1]!);
  }

  /** Is somebody connected as a user of his own? */
  get loggedIn(): boolean {
    return this.links.some((link) => link.loggedIn);
  }

  get flows(): readonly Flow[] {
    return this.#flows;
  }

  nextSeq(): number {
    return (this.#seq += 1);
  }

  gatesFirstConnect(client: Client): boolean {
    return this.scenario.faults.specs.some((spec) => mayHitFirstConnect(spec, client.flow.worker));
  }

  gatesHandshake(link: Link, name: string): boolean {
    const { worker } = link.client.flow;
    return this.scenario.faults.specs.some((spec) => mayHitHandshake(spec, worker, link.id - 1, name));
  }

  connecting(link: Link): void {
    if (!this.over) this.links.push(link);
  }

  linkClosed(link: Link): void {
    if (!this.over) this.closing.push(link);
  }

  linkCut(link: Link): void {
    this.cut.push(link);
  }

  clientError(client: Client, error: unknown, handled: boolean): void {
    if (this.over) return;
    const text = error instanceof Error ? error.message : String(error);
    this.notes.push(`${client.name}: error event ${text}${handled ? '' : ' (no listener)'}`);
  }

  anotherClient(flow: Flow): Client {
    const count = this.clients.filter((client) => client.flow === flow).length;
    const client = new Client(`${flow.name}.${count + 1}`, false, false, flow, this);
    this.clients.push(client);
    return client;
  }

  connect(flow: Flow, options: RedisOptions | undefined): Client {
    const client = this.anotherClient(flow);
    this.#construct(client, options);
    return client;
  }

  clientOptions(flow: Flow): LegacyOptions {
    const options = {
      ...this.scenario.clientOptions,
      ...this.#wayIn(flow, () => this.anotherClient(flow), undefined),
    };
    return options as LegacyOptions;
  }

  async tcpPort(flow: Flow, options: PortOptions): Promise<number> {
    const entry = this.#entry(flow, options);
    await entry.listening;
    return entry.port;
  }

  signal(flow: Flow): AbortSignal {
    let controller = this.#signals.get(flow);
    if (controller === undefined) {
      controller = new AbortController();
      if (!flow.alive) controller.abort();
      this.#signals.set(flow, controller);
      // Asked for the first time by what a dead worker left behind.
      if (!flow.alive) controller.abort();
    }
    return controller.signal;
  }

  /** What this worker started elsewhere is to end. */
  abort(flow: Flow): void {
    const controller = this.#signals.get(flow);
    if (controller !== undefined) runInFlow(flow, () => controller.abort());
  }

  workerEnded(worker: Worker): void {
    if (worker.status !== 'failed') return;
    this.notes.push(`w${worker.flow.worker} ended with ${errorText(worker.error)}`);
    if (!this.scenario.workersMayFail) this.#report(worker.flow.worker, worker.error, 'worker');
  }

  /**
   * Ends everything: flows become inert, clients that are as new are kept, the others are closed. Never fails: an
   * error on the way here is what counts.
   *
   * @param completed - false when the execution ended with an error: then nothing is kept, and nothing is awaited
   */
  async finish(completed: boolean): Promise<void> {
    this.over = true;
    const kept = completed ? this.clients.filter((client) => this.#asNew(client)) : [];
    const dropped = this.clients.filter((client) => !kept.includes(client));
    for (const event of this.pending.splice(0)) event.abandon?.();
    for (const client of dropped) runInFlow(client.flow, () => client.redis?.disconnect());
    for (const flow of this.#flows) {
      flow.alive = false;
      flow.immediates.length = 0;
      forgetRealWork(flow);
      this.abort(flow);
      this.ports.get(flow)?.close();
      // Promises of ioredis outlive the execution for a while, and their async context with them: it must be light.
      flow.uncaught = ignore;
      this.foreign.leave(flow);
    }
    // What was done to the server ends with the execution; if that fails, the next one says so.
    if (this.environment.trouble.kind !== undefined) await this.environment.heal().catch(() => {});
    for (const link of this.abandoned) this.discardUpstream(link);
    const released: Promise<void>[] = [];
    for (const link of this.links) {
      if (kept.includes(link.client)) continue;
      link.close();
      link.stream.destroy();
      if (completed) released.push(this.releaseUpstream(link));
      else this.discardUpstream(link);
    }
    if (released.length > 0) await Promise.all(released);
    // The last events of the clients that were closed belong to this execution, not to the next.
    if (dropped.length > 0) await turn();
    while (turnMustEnd()) await turn();
    for (const client of kept) this.environment.keepClient(client);
  }

  /** Gives the server's side of a connection back, in the state of a new one. */
  async releaseUpstream(link: Link): Promise<void> {
    const { upstream } = link;
    if (this.parked.some((command) => command.link === link)) {
      // The server will run what it was sent, although nobody waits for the answer.
      this.abandoned.push(link);
      return;
    }
    // One whose command waits would not answer.
    if (link.waits && (await endWait(this, link))) return this.discardUpstream(link);
    // A server that is not well may refuse what makes a connection like new, and one that is mute does not say so.
    if (this.environment.trouble.kind !== undefined || link.muted) return this.discardUpstream(link);
    link.upstream = undefined;
    if (upstream !== undefined) await this.environment.upstreams.release(upstream);
  }

  /** Closes the server's side of a connection. */
  discardUpstream(link: Link): void {
    const { upstream } = link;
    if (link.waits) this.kills.push(endWait(this, link));
    link.upstream = undefined;
    if (upstream !== undefined) this.environment.upstreams.discard(upstream);
  }

  /** May this client serve the next execution? Only when that one could not tell it from a new client. */
  #asNew(client: Client): boolean {
    if (this.#connectsAnew || !client.primary || !client.pristine) return false;
    const flows = client.shared ? this.#flows : [client.flow];
    return flows.every(
      (flow) => flow.alive && flow.outstanding.size === 0 && !this.environment.time.waits(flow),
    );
  }

  /** The client of a worker, or the shared one: that of the last execution, if it is as new. */
  #primary(name: string, shared: boolean, flow: Flow): Client {
    const kept = this.#connectsAnew ? undefined : this.environment.takeClient(this.scenario, name);
    if (kept === undefined) {
      const client = new Client(name, shared, true, flow, this);
      this.clients.push(client);
      this.#construct(client, undefined);
      return client;
    }
    const link = kept.link!;
    kept.flow = flow;
    kept.network = this;
    this.clients.push(kept);
    this.links.push(link);
    return kept;
  }

  #construct(client: Client, options: RedisOptions | undefined): void {
    let first: Client | undefined = client;
    const claim = (): Client => {
      const claimed = first ?? client.network.anotherClient(client.flow);
      first = undefined;
      return claimed;
    };
    const merged: RedisOptions = {
      ...this.scenario.clientOptions,
      ...options,
      ...this.#wayIn(client.flow, claim, client),
    };
    const create = this.scenario.createClient ?? newRedis;
    client.adopt(runInFlow(client.flow, () => create(merged)));
  }

  /** The options by which a client comes to the gate. */
  #wayIn(flow: Flow, claim: () => Client, client: Client | undefined): RedisOptions {
    if (this.scenario.way === 'connector') return { Connector: connectorFor(claim) };
    const host = client === undefined ? LAB_HOST : labHostOf(client);
    if (client !== undefined) this.foreign.expect(client, host);
    if (this.scenario.way === 'hook') return { host, port: LAB_PORT };
    const { host: address, port } = this.#entry(flow, {});
    return { host: client === undefined ? address : host, port };
  }

  #entry(flow: Flow, options: PortOptions): TcpEntry {
    let entry = this.ports.get(flow);
    if (entry === undefined) {
      entry = new TcpEntry(flow, this.foreign, options);
      this.ports.set(flow, entry);
    }
    return entry;
  }

  #flow(worker: number, name: string): Flow {
    const uncaught: Flow['uncaught'] = (error, origin) => {
      // The last words of what a crashed worker had started are nobody's.
      if (flow.alive) this.#report(worker, error, origin);
    };
    const { seed, environment } = this;
    const flow = new Flow(worker, name, new Prng(seed, worker), environment.time, 'virtual', uncaught);
    this.#flows.push(flow);
    this.foreign.serve(flow);
    return flow;
  }

  #report(worker: number, error: unknown, origin: UncaughtError['origin']): void {
    if (this.over) return;
    this.uncaught.push({ worker, origin, error: error instanceof Error ? error : new Error(String(error)) });
  }
}

function ignore(): void {
  // The last words of an execution that is over are nobody's.
}

function newRedis(options: RedisOptions): Redis {
  // The overloads tell reply mappings apart by type; workers are typed with the default one.
  return new Redis(options as LegacyOptions);
}

/** An error in one line. */
export function errorText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
