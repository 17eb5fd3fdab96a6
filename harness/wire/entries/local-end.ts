import type { Socket } from 'node:net';
import { runInFlow, type Flow } from '../../base/flow.js';
import type { ClientEnd, StreamPeer } from '../gate/client-stream.js';
import { IdleTimer, replaceSetTimeout } from '../gate/idle-timer.js';
import type { SocketError } from './socket-errors.js';

/**
 * A port on which nobody listens: ports of this range are given out by hand only, and this one is for a service that
 * no machine runs any more (tcpmux). What refuses a connect is then the kernel itself.
 */
const DEAD_PORT = 1;

/** The parts of a `net.Socket` that the types do not show. */
interface SocketInternals {
  connecting: boolean;
  timeout?: number;
  /** Called for every piece of traffic. */
  _unrefTimer: () => void;
}

/** How a client of this process came to a port of the lab. @internal */
export interface LocalConnect {
  /** The client's own socket. */
  readonly socket: Socket;
  /** Who connects. */
  readonly flow: Flow;
  /** Really connects; to another port than the one that was asked for, if one is given. */
  readonly connect: (port?: number) => void;
}

/**
 * The end of a connection whose two sockets are both real and both in this process: the kernel is between them, and
 * shows the client what it shows everybody. Since both are at hand it is also known when nothing is on its way between
 * them, so that nothing here is timed: a connect is held until the lab lets it through, and the lab goes on when every
 * byte, every end and every reset has arrived.
 *
 * @internal
 */
export class LocalEnd implements ClientEnd {
  /** The client's own socket. */
  readonly client: Socket;
  readonly #connect: LocalConnect['connect'];
  readonly #flow: Flow;
  /** The lab's socket, from when the kernel says that the client has connected. */
  #server: Socket | undefined;
  #end: ClientEnd | undefined;
  /** What the lab wants done to the connection as soon as it is there. */
  readonly #later: ((end: ClientEnd) => void)[] = [];
  #state: 'held' | 'let through' | 'refused' | 'abandoned' = 'held';
  /** The lab has ended the connection, or its own direction of it. */
  #ending: 'open' | 'half' | 'whole' = 'open';

  constructor(
    { socket: client, flow, connect }: LocalConnect,
    readonly peer: StreamPeer,
  ) {
    this.client = client;
    this.#flow = flow;
    this.#connect = connect;
    const internals = client as unknown as SocketInternals;
    const idleMs = internals.timeout ?? 0;
    if (idleMs > 0) client.setTimeout(0);
    const idle = new IdleTimer(client, flow);
    replaceSetTimeout(client, idle);
    idle.set(idleMs);
    internals._unrefTimer = () => idle.touch();
    client.once('close', () => {
      idle.set(0);
      peer.clientClosed();
    });
    internals.connecting = true;
  }

  /** Is this the client's end of a connection that came in from that port? */
  awaits(remotePort: number | undefined): boolean {
    return (
      this.#server === undefined && this.#state === 'let through' && this.client.localPort === remotePort
    );
  }

  /** The kernel has connected the two sockets. */
  accepted(server: Socket, end: ClientEnd): void {
    this.#server = server;
    this.#end = end;
    end.connected();
    for (const action of this.#later.splice(0)) action(end);
  }

  connected(): void {
    this.#state = 'let through';
    runInFlow(this.#flow, () => this.#connect());
  }

  deliver(bytes: Buffer): void {
    this.#do((end) => end.deliver(bytes));
  }

  remoteEnd(): void {
    this.#ending = 'half';
    this.#do((end) => end.remoteEnd());
  }

  destroy(error?: Error): void {
    this.#ending = 'whole';
    if (this.#state === 'held') {
      this.#state = 'refused';
      const code = (error as SocketError | undefined)?.code;
      runInFlow(this.#flow, () => {
        if (code === 'ECONNREFUSED') this.#connect(DEAD_PORT);
        else this.client.destroy(error);
      });
      return;
    }
    this.#do((end) => end.destroy(error));
  }

  /** Nothing runs on the client's side any more; its socket goes with the port. */
  abandon(): void {
    this.#state = 'abandoned';
  }

  /** False while something is on its way between the two sockets. */
  get quiet(): boolean {
    const { client } = this;
    const server = this.#server;
    if (this.#state === 'abandoned') return true;
    if (client.destroyed) return client.closed && (server === undefined || server.closed);
    if (this.#state === 'held') return true;
    if (client.connecting || server === undefined || this.#ending === 'whole') return false;
    if (client.writableFinished && !server.readableEnded && !server.closed) return false;
    if (this.#ending === 'half' && !client.readableEnded) return false;
    return client.bytesWritten === server.bytesRead && server.bytesWritten === client.bytesRead;
  }

  #do(action: (end: ClientEnd) => void): void {
    if (this.#end === undefined) this.#later.push(action);
    else action(this.#end);
  }
}
