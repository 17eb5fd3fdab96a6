import { Duplex } from 'node:stream';
import { atEndOfTurn } from './end-of-turn.js';
import { IdleTimer, setIdleTimeout } from './idle-timer.js';

/** What the gate does with a client's side of a connection. @internal */
export interface StreamPeer {
  /** Bytes that the client wrote. */
  receive(chunk: Buffer): void;
  /** The client ended or destroyed the stream. */
  clientClosed(): void;
}

/** A client's end of a connection, as the gate moves it. @internal */
export interface ClientEnd {
  /** Completes the connect. */
  connected(): void;
  /** Hands bytes of the server to the client. */
  deliver(bytes: Buffer): void;
  /** The server closed in an orderly way (FIN). */
  remoteEnd(): void;
  /** Ends the connection; with an error, the client sees that one. */
  destroy(error?: Error): unknown;
  /** The process on the client's side died. In this process nothing runs there any more, so there is nothing to do. */
  abandon?(): void;
}

/**
 * The in-process stream that a Redis client takes for its socket. It has just what ioredis asks of a `net.Socket`;
 * bytes go to the gate, and nothing moves unless the gate moves it.
 *
 * @internal
 */
export class ClientStream extends Duplex implements ClientEnd {
  connecting = true;
  /** Some clients show these in messages. */
  readonly remoteAddress = '127.0.0.1';
  readonly remotePort: number = 6379;
  readonly #peer: StreamPeer;
  /** Made when the client first asks for a timeout. */
  #idle: IdleTimer | undefined;
  #remoteEnded = false;

  constructor(peer: StreamPeer) {
    super({ allowHalfOpen: false, decodeStrings: true, autoDestroy: true, emitClose: false });
    this.#peer = peer;
  }

  /** Completes the connect, as the kernel does after the handshake of TCP. */
  connected(): void {
    this.connecting = false;
    this.emit('connect');
    this.emit('ready');
  }

  /**
   * Hands bytes of the server to the client. A stream that flows and holds nothing back would hand them on at once:
   * then they go straight there, as buffering costs more than the rest of a step.
   */
  deliver(bytes: Buffer): void {
    this.#idle?.touch();
    if (
      this.readableFlowing === true &&
      this.readableLength === 0 &&
      this.readable &&
      !this.#remoteEnded &&
      this.listenerCount('data') > 0
    ) {
      this.emit('data', bytes);
    } else {
      this.push(bytes);
    }
  }

  /** As for any stream; what may be taken at once skips the queue of writes. */
  override write(chunk: unknown, encoding?: unknown, done?: unknown): boolean {
    if (
      encoding !== undefined ||
      done !== undefined ||
      !this.writable ||
      this.writableLength > 0 ||
      this.writableCorked > 0
    ) {
      return super.write(chunk, encoding as BufferEncoding, done as () => void);
    }
    if (typeof chunk === 'string') chunk = Buffer.from(chunk);
    else if (!Buffer.isBuffer(chunk)) return super.write(chunk);
    this.#idle?.touch();
    this.#peer.receive(chunk as Buffer);
    return true;
  }

  /** The server closed in an orderly way (FIN). */
  remoteEnd(): void {
    this.#remoteEnded = true;
    this.push(null);
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  /** Idle timeout as on a socket: emits `timeout` after `idleMs` without traffic, in the flow's own time. */
  setTimeout(idleMs: number, callback?: () => void): this {
    setIdleTimeout(this, (this.#idle ??= new IdleTimer(this)), idleMs, callback);
    return this;
  }

  override _read(): void {
    // Bytes are pushed when the gate releases them.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#idle?.touch();
    this.#peer.receive(chunk);
    done();
  }

  override _final(done: (error?: Error) => void): void {
    atEndOfTurn(() => {
      done();
      // Both sides close: a client that ended its side gets the other end closed as well.
      this.push(null);
    });
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.connecting = false;
    this.#idle?.set(0);
    this.#peer.clientClosed();
    done(error);
    // A socket says with it whether there was an error; a stream would not.
    atEndOfTurn(() => this.emit('close', error !== null));
  }
}
