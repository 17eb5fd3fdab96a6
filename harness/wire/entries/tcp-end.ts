import type { Socket } from 'node:net';
import type { ClientEnd, StreamPeer } from '../gate/client-stream.js';
import type { SocketError } from './socket-errors.js';

/** What a connection tells the port that it came in by. @internal */
export interface TcpPort {
  /** Something came from the client, or went to it. */
  heard(): void;
  /** For a while nobody is to listen. */
  refuse(): void;
  /** The lab ended this connection. */
  forget(end: TcpEnd): void;
}

/** The lab's side of one real connection. @internal */
export class TcpEnd implements ClientEnd {
  #over = false;

  constructor(
    readonly socket: Socket,
    readonly peer: StreamPeer,
    readonly port: TcpPort,
    /** The client is in this process. */
    readonly local: boolean,
  ) {
    socket.on('close', () => {
      this.port.heard();
      peer.clientClosed();
    });
  }

  connected(): void {
    this.socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.socket.resume();
  }

  deliver(bytes: Buffer): void {
    this.port.heard();
    this.socket.write(bytes);
  }

  remoteEnd(): void {
    this.#end();
    this.socket.end();
  }

  destroy(error?: Error): void {
    const code = (error as SocketError | undefined)?.code;
    // The kernel has accepted it already. It can still break off, and from then on nobody listens.
    if (code === 'ECONNREFUSED') this.port.refuse();
    this.#end();
    if (error === undefined) this.socket.destroy();
    else this.socket.resetAndDestroy();
  }

  abandon(): void {
    this.destroy();
  }

  #end(): void {
    this.#over = true;
    this.port.heard();
    this.port.forget(this);
    this.peer.clientClosed();
  }

  #receive(chunk: Buffer): void {
    if (this.#over) {
      // As a kernel does once the process has closed the socket.
      this.socket.resetAndDestroy();
      return;
    }
    this.port.heard();
    this.peer.receive(chunk);
  }
}
