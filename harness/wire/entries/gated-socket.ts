import type { Socket } from 'node:net';
import { runInFlow, type Flow } from '../../base/flow.js';
import type { ClientEnd, StreamPeer } from '../gate/client-stream.js';
import { atEndOfTurn } from '../gate/end-of-turn.js';
import { IdleTimer, replaceSetTimeout } from '../gate/idle-timer.js';

/** What a client asked for when it called `connect`. @internal */
export interface GatedOptions {
  /** The port that it asked for. */
  readonly port: number;
  /** A TLS connection: the client waits for `secureConnect`. Nothing is encrypted on the way to the gate. */
  readonly secure: boolean;
}

/** The parts of a `net.Socket` that streams call and that the types do not show. */
interface SocketInternals {
  _undestroy(): void;
  timeout?: number;
}

type Done = (error?: Error | null) => void;

/**
 * Makes a `net.Socket` that has not connected yet end at the gate. It stays the object that it is, so
 * `instanceof`, listeners and references that a client already holds keep their meaning; only what would touch the
 * network is replaced on it. No handle is ever opened.
 *
 * What is not there: `onread` buffers, the events `lookup` and `connectionAttempt…`, and TLS details beyond
 * `encrypted`, `authorized` and empty certificates.
 *
 * @internal
 */
export class GatedSocket implements ClientEnd {
  readonly #socket: Socket;
  readonly #peer: StreamPeer;
  readonly #flow: Flow;
  readonly #secure: boolean;
  readonly #idle: IdleTimer;
  /** Bytes that the client wrote before it was connected. */
  #early: { bytes: Buffer; done: Done } | undefined;
  #read = 0;
  #written = 0;

  constructor(socket: Socket, peer: StreamPeer, flow: Flow, { port, secure }: GatedOptions) {
    this.#socket = socket;
    this.#peer = peer;
    this.#flow = flow;
    this.#secure = secure;
    const internals = socket as unknown as SocketInternals;
    const idleMs = internals.timeout ?? 0;
    // A real timer that `net.connect` set for `options.timeout`.
    if (idleMs > 0) socket.setTimeout(0);
    if (socket.destroyed) internals._undestroy();
    this.#idle = new IdleTimer(socket, flow);
    replaceSetTimeout(socket, this.#idle);
    this.#replaceMethods(port);
    this.#idle.set(idleMs);
    (socket as { connecting: boolean }).connecting = true;
  }

  connected(): void {
    runInFlow(this.#flow, () => {
      const socket = this.#socket;
      (socket as { connecting: boolean }).connecting = false;
      socket.emit('connect');
      socket.emit('ready');
      if (this.#secure) socket.emit('secureConnect');
      const early = this.#early;
      this.#early = undefined;
      if (early !== undefined && !socket.destroyed) this.#write(early.bytes, early.done);
    });
  }

  deliver(bytes: Buffer): void {
    this.#idle.touch();
    this.#read += bytes.length;
    this.#socket.push(bytes);
  }

  remoteEnd(): void {
    runInFlow(this.#flow, () => this.#socket.push(null));
  }

  destroy(error?: Error): void {
    // What the client does when it notices belongs to its flow, also where the lab closes.
    runInFlow(this.#flow, () => this.#socket.destroy(error));
  }

  #replaceMethods(port: number): void {
    const socket = this.#socket;
    const here = { address: '127.0.0.1', family: 'IPv4', port };
    const same = (): Socket => socket;
    const methods = {
      _read: () => {},
      // Strings arrive here too: a `net.Socket` does not decode them before.
      _write: (chunk: Buffer | string, encoding: BufferEncoding, done: Done) => {
        const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
        if (socket.connecting) this.#early = { bytes, done };
        else this.#write(bytes, done);
      },
      _writev: null,
      _final: (done: Done) => {
        if (socket.connecting) {
          socket.once('connect', () => methods._final(done));
          return;
        }
        atEndOfTurn(() => {
          done();
          // Redis closes its side as soon as the client has closed its own.
          socket.push(null);
        });
      },
      _destroy: (error: Error | null, done: (error: Error | null) => void) => {
        (socket as { connecting: boolean }).connecting = false;
        this.#idle.set(0);
        this.#early = undefined;
        this.#peer.clientClosed();
        done(error);
        atEndOfTurn(() => socket.emit('close', error !== null));
      },
      _getpeername: () => (socket.connecting ? {} : here),
      _getsockname: () => (socket.connecting ? {} : { ...here, port: 1 }),
      setNoDelay: same,
      setKeepAlive: same,
      ref: same,
      unref: same,
      resetAndDestroy: () => socket.destroy(),
    };
    Object.assign(socket, methods);
    const getters = {
      pending: () => socket.connecting,
      bytesRead: () => this.#read,
      bytesWritten: () => this.#written + socket.writableLength,
    };
    for (const [name, get] of Object.entries(getters))
      Object.defineProperty(socket, name, { get, configurable: true });
    if (this.#secure)
      Object.assign(socket, { encrypted: true, authorized: true, getPeerCertificate: () => ({}) });
  }

  #write(bytes: Buffer, done: Done): void {
    this.#idle.touch();
    this.#written += bytes.length;
    this.#peer.receive(bytes);
    done();
  }
}
