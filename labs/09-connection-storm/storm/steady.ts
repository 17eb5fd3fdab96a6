import { Line, type Ended, type Patience } from './line.js';
import type { Log, Request } from './log.js';
import type { Reconnect, StormOptions } from './options.js';

/** How long a client waits before it connects again, in ms. */
const WAITS: Readonly<Record<Reconnect, () => number>> = {
  'at-once': () => 0,
  fixed: () => 500,
  jitter: () => Math.random() * 1000,
};

/** Before the storm nothing is measured: a busy machine may take its time. */
const UNHURRIED: Patience = { connectTimeoutMs: 60_000, replyTimeoutMs: 60_000 };

/** Clients that keep their connection, and ask something now and then. One that loses it connects again. */
export class SteadyClients {
  readonly #clients = new Set<SteadyClient>();
  #growing: NodeJS.Timeout | undefined;

  constructor(
    readonly port: number,
    readonly options: StormOptions,
  ) {}

  /** Opens the connections that are there before anything happens. Resolves when the server has answered on each. */
  async open(): Promise<void> {
    const { steady, backlog } = this.options;
    // No more at once than fit into the queue, whatever else is in there.
    const most = Math.max(1, Math.floor(backlog / 2));
    for (let left = steady[0]; left > 0; left -= most)
      await Promise.all(Array.from({ length: Math.min(left, most) }, () => this.#add().open()));
  }

  /** Begins to ask, and to grow. @param forMs - until there are as many as there will be */
  start(log: Log, forMs: number): void {
    const { steady } = this.options;
    for (const client of this.#clients) client.start(log);
    const more = steady[1] - steady[0];
    if (more <= 0) return;
    this.#growing = setInterval(() => {
      if (this.#clients.size < steady[1]) this.#add().join(log);
      else clearInterval(this.#growing);
    }, forMs / more);
  }

  /** How many have a connection. */
  get connected(): number {
    return [...this.#clients].filter(({ connected }) => connected).length;
  }

  /** How often one of them connected again, or tried to. */
  get reconnects(): number {
    return [...this.#clients].reduce((sum, { reconnects }) => sum + reconnects, 0);
  }

  /** Hangs up everywhere. */
  close(): void {
    clearInterval(this.#growing);
    for (const client of this.#clients) client.close();
  }

  #add(): SteadyClient {
    const client = new SteadyClient(this.port, this.options);
    this.#clients.add(client);
    return client;
  }
}

class SteadyClient {
  #line: Line | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  connected = false;
  reconnects = 0;

  constructor(
    readonly port: number,
    readonly options: StormOptions,
  ) {}

  /** Connects, as somebody who was there before. */
  async open(): Promise<void> {
    const line = this.#connect(() => {}, UNHURRIED);
    this.#line = line;
    const ended = await new Promise<Ended>((resolve) => line.ask(resolve));
    line.patience = this.options;
    if (ended.kind === 'failed') throw new Error(`no connection before the storm: ${ended.why}`);
  }

  /** Asks for the first time some time within the interval, so that not everybody asks at once. */
  start(log: Log): void {
    this.#timer = setTimeout(() => this.#ask(log), Math.random() * this.options.steadyEveryMs);
  }

  /** Connects, and asks at once what it wanted to know. */
  join(log: Log): void {
    const request = log.begin();
    this.#line = this.#connect(() => (request.connected = log.now()));
    this.#request(log, request);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#line?.close();
  }

  #connect(onConnected: () => void, patience: Patience = this.options): Line {
    return new Line(
      this.port,
      patience,
      () => {
        this.connected = true;
        onConnected();
      },
      () => (this.connected = false),
    );
  }

  #ask(log: Log): void {
    const request = log.begin();
    request.connected = request.at;
    this.#request(log, request);
  }

  #request(log: Log, request: Request): void {
    this.#line!.ask((ended) => {
      log.end(request, ended);
      if (this.#closed) return;
      if (ended.kind === 'replied')
        this.#timer = setTimeout(() => this.#ask(log), this.options.steadyEveryMs);
      else this.#timer = setTimeout(() => this.#again(log), WAITS[this.options.reconnect]());
    });
  }

  #again(log: Log): void {
    this.reconnects += 1;
    this.join(log);
  }
}
