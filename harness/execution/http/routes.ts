import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Flow } from '../../base/flow.js';
import { ScenarioError } from '../../base/scenario-error.js';
import type { HttpRoutes } from '../../scenario/running.js';
import { connectionRefused } from '../../wire/entries/socket-errors.js';
import {
  HttpConnection,
  type HttpNetwork,
  type HttpSegment,
  type HttpServing,
} from '../../wire/http/connection.js';
import { statusLine } from '../../wire/http/first-line.js';
import type { PendingEvent } from '../steps/event.js';

/** What it asks of the execution. @internal */
export interface HttpStage {
  readonly pending: PendingEvent[];
  /** When nothing could move the last time. */
  readonly quiet: { readonly seq: number };
  nextSeq(): number;
}

/** One service of an execution. Until it has a server, what is on its way to it waits, as for one that is about to start. */
class Service implements HttpServing {
  readonly connections: HttpConnection[] = [];
  readonly early: HttpSegment[] = [];
  #server: Server | undefined;
  #flow: Flow | undefined;

  constructor(readonly name: string) {}

  get served(): boolean {
    return this.#server !== undefined;
  }

  get flow(): Flow {
    if (this.#flow === undefined) throw new Error(`nobody serves "${this.name}" yet`);
    return this.#flow;
  }

  begin(server: Server, flow: Flow): void {
    this.#server = server;
    this.#flow = flow;
  }

  accept(end: Duplex): void {
    this.#server!.emit('connection', end);
  }
}

/**
 * HTTP within one execution: who serves what, and the connections. What arrives at a server or a client is a step of the
 * worker that it reaches, since it changes nothing for anybody else.
 *
 * @internal
 */
export class Routes implements HttpRoutes, HttpNetwork {
  readonly #services = new Map<string, Service>();
  readonly #connects = new Map<Flow, number>();
  readonly #requests = new Map<Flow, number>();

  constructor(readonly stage: HttpStage) {}

  serve(name: string, server: Server, flow: Flow): void {
    const service = this.#service(name);
    if (service.served)
      throw new ScenarioError(`the service "${name}" has a server already, in ${service.flow.name}`);
    // Node knows the date by itself, and keeps it for a second of real time.
    server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
      response.sendDate = false;
      response.setHeader('Date', new Date().toUTCString());
    });
    service.begin(server, flow);
    for (const segment of service.early.splice(0)) this.#announce(segment);
  }

  connect(name: string, flow: Flow): Duplex {
    const service = this.#service(name);
    if (service.served && !service.flow.alive) throw connectionRefused(name, 80);
    const nth = (this.#connects.get(flow) ?? 0) + 1;
    this.#connects.set(flow, nth);
    const connection = new HttpConnection(`${flow.name}.http${nth}`, flow, service, this);
    service.connections.push(connection);
    return connection.client;
  }

  /** The process of this flow died. */
  died(flow: Flow): void {
    for (const service of this.#services.values()) {
      if (!service.served) continue;
      for (const connection of service.connections) {
        if (connection.clientFlow === flow || service.flow === flow) connection.died(flow);
      }
    }
  }

  /** The requests of which this flow has heard nothing yet, for people. */
  awaitedBy(flow: Flow): string[] {
    return [...this.#services.values()].flatMap(({ connections }) =>
      connections.flatMap(({ clientFlow, awaited, name }) =>
        clientFlow !== flow || awaited === undefined ? [] : [`${awaited.method} ${awaited.path} (${name})`],
      ),
    );
  }

  nextRequest(flow: Flow): number {
    const nth = (this.#requests.get(flow) ?? 0) + 1;
    this.#requests.set(flow, nth);
    return nth;
  }

  isOpenFor(segment: HttpSegment): boolean {
    const event = this.stage.pending.find(({ http }) => http === segment);
    return event === undefined || event.seq > this.stage.quiet.seq;
  }

  onTheWay(segment: HttpSegment): void {
    const { serving } = segment.connection;
    if (serving instanceof Service && !serving.served) serving.early.push(segment);
    else this.#announce(segment);
  }

  #announce(segment: HttpSegment): void {
    this.stage.pending.push(new Arrival(segment, this.stage.nextSeq()));
  }

  #service(name: string): Service {
    let service = this.#services.get(name);
    if (service === undefined) this.#services.set(name, (service = new Service(name)));
    return service;
  }
}

/** Something arrives over HTTP, as a step of its own. */
class Arrival implements PendingEvent {
  readonly private = true;

  constructor(
    readonly http: HttpSegment,
    readonly seq: number,
  ) {}

  /** What is kept back is nothing that its worker goes on with: time passes first, or the worker does something else. */
  get ordinary(): boolean {
    return !this.http.late;
  }

  get worker(): number {
    return this.http.receiver.worker;
  }

  get id(): string {
    const { connection, direction, nth, late } = this.http;
    return `${connection.name}.${direction === 'to server' ? 'out' : 'in'}${nth}${late ? '.late' : ''}`;
  }

  get label(): string {
    return describe(this.http);
  }

  readonly obsolete = (): boolean => !this.http.isDue;

  readonly perform = async (): Promise<void> => this.http.connection.arrive(this.http);
}

/** `POST /items arrives`, `201 to POST /items arrives`, `the end of w1.http1 arrives (FIN)`. */
function describe({ connection, direction, message, bytes, end, late }: HttpSegment): string {
  const closing = end === undefined ? '' : ` (${end})`;
  if (bytes.length === 0)
    return `the end of ${connection.name}${closing} arrives at the ${direction === 'to server' ? 'server' : 'client'}`;
  const name = message === undefined ? connection.name : `${message.method} ${message.path}`;
  if (direction === 'to server')
    return message === undefined ? `more of a request on ${name} arrives` : `${name} arrives${closing}`;
  const status = statusLine(bytes);
  return `${status ?? 'more of the response'} to ${name} arrives${late ? ' late' : ''}${closing}`;
}
