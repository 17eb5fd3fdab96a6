import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { real } from '../../clock/globals.js';
import { markOurs } from '../../clock/other-redis.js';
import { runOutsideFlows, type Flow } from '../../base/flow.js';
import type { StreamPeer } from '../gate/client-stream.js';
import type { ForeignClients, ForeignConnection } from './foreign-clients.js';
import { LocalEnd, type LocalConnect } from './local-end.js';
import { TcpEnd, type TcpPort } from './tcp-end.js';

/**
 * How long the lab waits for what happens outside of this process, in real time.
 *
 * @public
 */
export interface PortOptions {
  /** For the next command of the client. Then the execution is given up. Default: 10 s. */
  readonly waitMs?: number;
  /**
   * For a client to notice that its connection is silent: its own timeout must be shorter. Then it counts as waiting
   * for ever. Default: 2 s.
   */
  readonly silenceMs?: number;
  /** For how long connects are refused, where that is the fault. Default: 300 ms. */
  readonly refuseMs?: number;
}

const DEFAULTS: Required<PortOptions> = { waitMs: 10_000, silenceMs: 2000, refuseMs: 300 };
const HOST = '127.0.0.1';
/** Real time without a byte after which the several connections of one client are taken to be quiet. */
const QUIET_MS = 5;

const listening = new Map<number, TcpEntry>();

/** The way in that listens on a port of this machine, if one does. @internal */
export function tcpEntryOn(port: number): TcpEntry | undefined {
  return listening.get(port);
}

/**
 * The way in for clients in other processes and languages: a real port of one worker. Their sockets are real, so what
 * they see of a fault is what the kernel shows them: RST, FIN, nobody listening. A kernel that gives up on silence cannot be
 * had on request: where that is the fault, they see a reset.
 *
 * A client that sends one command at a time is ordered exactly: nothing goes on before its next command is here. What
 * is timed, and so best effort: commands that a client sends on several connections at once; how often a client tries
 * to connect while connects are refused; whether it notices a silent connection in time; its own clock and random
 * numbers, which are real.
 *
 * Clients of this process that connect here are ordered exactly, whatever they do: see `LocalEnd`.
 *
 * @internal
 */
export class TcpEntry implements TcpPort {
  readonly #flow: Flow;
  readonly #clients: ForeignClients;
  readonly #ends = new Set<TcpEnd>();
  readonly #locals = new Set<LocalEnd>();
  #server: Server | undefined;
  #port = 0;
  #reopening: NodeJS.Timeout | undefined;
  #closed = false;
  /** A connection has come in. */
  seen = false;
  /** One of them came from another process. */
  outside = false;
  /** The lab waited for this client once and does not do so again, until it shows up. */
  givenUp = false;
  /** When the client was last heard, or last had something new to react to, in real ms. */
  lastMs = real.now();
  /** How long the lab waits, every one filled in. */
  readonly limits: Required<PortOptions>;
  /** Fails when the machine has no port left. */
  readonly listening: Promise<void>;

  constructor(flow: Flow, clients: ForeignClients, options: PortOptions) {
    this.#flow = flow;
    this.#clients = clients;
    this.limits = { ...DEFAULTS, ...options };
    this.listening = this.#listen(0);
  }

  /** The address that it listens at. */
  get host(): string {
    return HOST;
  }

  /** The port that it listens on; 0 until `listening` has resolved. */
  get port(): number {
    return this.#port;
  }

  /** Connections of other processes that are open, as the client sees it. */
  get open(): number {
    let count = 0;
    for (const end of this.#ends) if (!end.local) count += 1;
    return count;
  }

  /** True while more may be on its way: several connections, and traffic a moment ago. */
  get restless(): boolean {
    return this.open > 1 && real.now() - this.lastMs < QUIET_MS;
  }

  /** True while clients of this process are connected, or about to be. */
  get local(): boolean {
    return this.#locals.size > 0;
  }

  /** False while something is on its way from or to a client of this process. */
  get quiet(): boolean {
    for (const local of this.#locals) {
      if (!local.quiet) return false;
      if (local.client.closed) this.#locals.delete(local);
    }
    return true;
  }

  /** Some clients connect again before the end of their last connection has travelled to the port. */
  noticeEnds(): void {
    for (const { client, peer } of this.#locals) if (client.destroyed) peer.clientClosed();
  }

  /** A client of this process wants to connect; the lab decides when. */
  connectLocally(wanted: LocalConnect, who: Pick<ForeignConnection, 'client' | 'key' | 'traceId'>): void {
    this.seen = true;
    this.#clients.open({
      flow: this.#flow,
      way: 'port',
      ...who,
      end: (peer) => {
        const local = new LocalEnd(wanted, peer);
        this.#locals.add(local);
        return local;
      },
    });
  }

  /** Nothing comes in any more; connections break off. */
  close(): void {
    this.#closed = true;
    listening.delete(this.#port);
    real.clearTimeout(this.#reopening);
    this.#server?.close();
    for (const end of this.#ends) end.destroy();
  }

  /** For a while nobody listens. */
  refuse(): void {
    this.#server?.close();
    this.#server = undefined;
    if (this.#closed) return;
    real.clearTimeout(this.#reopening);
    this.#reopening = real.setTimeout(
      () => void this.#listen(this.#port).catch(() => {}),
      this.limits.refuseMs,
    );
    this.#reopening.unref();
  }

  #listen(port: number): Promise<void> {
    return runOutsideFlows(
      () =>
        new Promise((resolve, reject) => {
          const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) =>
            this.#accept(socket),
          );
          // Neither the port nor what comes in keeps this process alive.
          server.unref();
          server.once('error', reject);
          server.listen({ host: HOST, port }, () => {
            if (this.#closed) server.close();
            this.#server = server;
            this.#port = (server.address() as AddressInfo | null)?.port ?? port;
            if (!this.#closed) listening.set(this.#port, this);
            resolve();
          });
        }),
    );
  }

  #accept(socket: Socket): void {
    markOurs(socket);
    socket.unref();
    socket.on('error', () => {});
    if (this.#closed || !this.#flow.alive) {
      socket.resetAndDestroy();
      return;
    }
    this.heard();
    this.seen = true;
    for (const local of this.#locals) {
      if (!local.awaits(socket.remotePort)) continue;
      local.accepted(socket, this.#end(socket, local.peer, true));
      return;
    }
    this.outside = true;
    this.#clients.open({
      flow: this.#flow,
      way: 'port',
      key: undefined,
      client: undefined,
      end: (peer) => this.#end(socket, peer, false),
    });
  }

  #end(socket: Socket, peer: StreamPeer, local: boolean): TcpEnd {
    const end = new TcpEnd(socket, peer, this, local);
    this.#ends.add(end);
    socket.once('close', () => this.#ends.delete(end));
    return end;
  }

  /** Something came from the client, or went to it. */
  heard(): void {
    this.lastMs = real.now();
    this.givenUp = false;
  }

  /** The lab ended this connection. */
  forget(end: TcpEnd): void {
    this.#ends.delete(end);
  }
}
