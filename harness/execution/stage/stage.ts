import type { Redis, RedisOptions } from 'ioredis';
import { FlowSignals } from '../../base/flow-signals.js';
import { runInFlow, type Flow } from '../../base/flow.js';
import { real } from '../../clock/globals.js';
import { History } from '../../check/history.js';
import { mayHitFirstConnect, mayHitFirstHandshake, mayHitHandshake } from '../../faults/spec.js';
import type { Running, SharedUse } from '../../scenario/running.js';
import type { ClientOptions } from '../../scenario/client-types.js';
import type { Scenario } from '../../scenario/types.js';
import type { PortOptions, TcpEntry } from '../../wire/entries/tcp-entry.js';
import { Client, type Network } from '../../wire/gate/client.js';
import type { Link, LinkClient } from '../../wire/gate/link.js';
import type { Question } from '../../wire/upstream/question.js';
import type { Environment } from '../host/environment.js';
import { Routes } from '../http/routes.js';
import type { PendingEvent } from '../steps/event.js';
import type { Move } from '../steps/move.js';
import type { PerformedStep } from '../steps/step.js';
import type { StageApp } from './app.js';
import { noteLibrary } from './client-names.js';
import { Turns } from './turns.js';
import type { ParkedCommand, ServerWait } from './unanswered.js';
import { asError, errorText, type UncaughtError } from './uncaught-error.js';
import { WaysIn } from './ways-in.js';
import type { Worker, WorkerHost } from './worker.js';

/**
 * The state of one execution: flows, workers, clients and their connections, and what is under way. It takes note of
 * what they want and moves nothing by itself.
 *
 * @internal
 */
export class Stage implements Network, WorkerHost, Running {
  readonly history = new History();
  /** In real ms. */
  readonly beganMs = real.now();
  readonly flows: Flow[] = [];
  readonly workers: Worker[] = [];
  readonly clients: Client[] = [];
  readonly links: Link[] = [];
  /** Every connection that was opened in the course of it, closed ones included. */
  readonly opened: Link[] = [];
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
  /** What could have happened next, wherever that was more than one thing. */
  readonly points: (readonly Move[])[] = [];
  /** Invariants that had nothing to look at, by their ids, and what was missing; undefined until they were checked. */
  nothing: Map<string, string> | undefined;
  readonly values = new Map<object, unknown>();
  readonly looked = new Set<string>();
  readonly states = new Map<string, boolean>();
  readonly steps: PerformedStep[] = [];
  /** Who goes round in a loop. */
  readonly turns = new Turns();
  /** Somebody may be told when a key expires. */
  hearsExpiry = false;
  /** Remarks for the lane table since the last step was recorded. */
  notes: string[] = [];
  /** The execution is over: nothing that still runs may have an effect. */
  over = false;
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
  /** Workers that stood still, and until when: virtual wall-clock time. */
  readonly stoodStill = new Map<Flow, number>();
  /** What somebody who watches wants to ask right behind a command, by its name in upper case. */
  watches: ((name: string) => Question | undefined) | undefined;
  readonly #signals = new FlowSignals();
  readonly waysIn: WaysIn;
  readonly http = new Routes(this);
  /** The application, where the scenario has one. */
  app: StageApp | undefined;
  /** May clients serve several executions? Not where how they connect is part of the execution. */
  readonly reusesClients: boolean;
  /** What had arrived when nothing could move the last time: the number of the last arrival, and of clients. */
  readonly quiet = { seq: 0, clients: 0 };
  #seq = 0;

  constructor(
    readonly environment: Environment,
    readonly scenario: Scenario,
    readonly seed: number,
    readonly traced: boolean,
    /** What scripts are known to run inside, by the identity of their step: their keys are looked at as well. */
    readonly inside: ReadonlyMap<string, readonly (readonly Buffer[])[]> = new Map(),
  ) {
    this.waysIn = new WaysIn(scenario, this);
    // The sockets of the other ways belong to the flow that opened them.
    this.reusesClients =
      scenario.transport === 'connector' &&
      !scenario.faults.specs.some(({ at }) => at?.reconnect === 0 || at?.handshake === true);
  }

  /** Workers whose client is in another process, or on a real socket. Such an execution may be best effort. */
  get ports(): ReadonlyMap<Flow, TcpEntry> {
    return this.waysIn.ports;
  }

  /** Does somebody still run who does not only work in the background? Otherwise no time passes any more. */
  get underWay(): boolean {
    return this.workers.some(({ status, background }) => status === 'running' && !background);
  }

  get stepCount(): number {
    return this.steps.length;
  }

  get positionMs(): number {
    return this.environment.time.positionMs;
  }

  /** Is somebody connected as a user of his own? */
  get loggedIn(): boolean {
    return this.links.some((link) => link.state.loggedIn);
  }

  /** Nothing can move: what arrives from now on is new. */
  nowQuiet(): void {
    this.quiet.seq = this.#seq;
    this.quiet.clients = this.clients.length;
    this.environment.time.nowQuiet();
  }

  /** What was performed so far was no part of what is explored. */
  forgetSteps(): void {
    this.steps.length = 0;
    this.notes = [];
    this.history.commands.length = 0;
  }

  nextSeq(): number {
    return (this.#seq += 1);
  }

  gatesFirstConnect({ worker }: Flow): boolean {
    return this.scenario.faults.specs.some((spec) => mayHitFirstConnect(spec, worker));
  }

  /** May a fault strike at the first connect, or the first handshake, of a client of this flow? */
  mayStrikeConnecting({ worker }: Flow): boolean {
    return this.scenario.faults.specs.some(
      (spec) => mayHitFirstConnect(spec, worker) || mayHitFirstHandshake(spec, worker),
    );
  }

  gatesHandshake({ worker }: Flow, reconnect: number, name: string): boolean {
    return this.scenario.faults.specs.some((spec) => mayHitHandshake(spec, worker, reconnect, name));
  }

  connecting(link: Link): void {
    if (this.over) return;
    noteLibrary(this, link);
    this.links.push(link);
    this.opened.push(link);
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

  await(flow: Flow, use: SharedUse): void {
    this.workers.find((worker) => worker.flow === flow)?.use(use);
  }

  anotherClient(flow: Flow): Client {
    const count = this.clients.filter((client) => client.flow === flow).length;
    const kind = flow === this.app?.flow ? 'app' : 'further';
    const client = new Client(`${flow.name}.${count + 1}`, kind, flow, this);
    this.clients.push(client);
    return client;
  }

  take(client: Client): Redis {
    client.taken = true;
    if (client.redis === undefined) this.waysIn.construct(client, undefined);
    return client.redis!;
  }

  /** The connection of a client that nobody has in hand is gone: it takes no steps to come back, and is made anew for who takes it. */
  putAway(client: LinkClient): void {
    const known = this.clients.find((one) => one === client);
    if (known === undefined) return;
    runInFlow(known.flow, () => known.redis?.disconnect());
    known.redis = undefined;
  }

  connect(flow: Flow, options: RedisOptions | undefined): Client {
    const client = this.anotherClient(flow);
    this.waysIn.construct(client, options);
    return client;
  }

  clientOptions(flow: Flow): ClientOptions {
    return this.waysIn.optionsFor(flow);
  }

  async tcpPort(flow: Flow, options: PortOptions): Promise<number> {
    const entry = this.waysIn.portOf(flow, options);
    await entry.listening;
    return entry.port;
  }

  signal(flow: Flow): AbortSignal {
    return this.#signals.of(flow);
  }

  /** What this worker started elsewhere is to end. */
  abort(flow: Flow): void {
    this.#signals.abort(flow);
  }

  workerEnded(worker: Worker): void {
    if (worker.status !== 'failed') return;
    this.notes.push(`w${worker.flow.worker} ended with ${errorText(worker.error)}`);
    if (!this.scenario.workersMayFail) this.reportUncaught(worker.flow.worker, worker.error, 'worker');
  }

  /** Keeps an error that nothing handled. @param worker - 1-based; 0 for the shared client */
  reportUncaught(worker: number, error: unknown, origin: UncaughtError['origin']): void {
    if (this.over) return;
    this.uncaught.push({ worker, origin, error: asError(error) });
  }
}
