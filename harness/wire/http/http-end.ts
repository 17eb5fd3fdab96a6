import { ClientStream, type StreamPeer } from '../gate/client-stream.js';

/** What one end of an HTTP connection tells the connection. @internal */
export interface HttpEndPeer extends StreamPeer {
  /** This end is about to break the connection off, and not to close it. */
  resets(): void;
}

/**
 * One end of an HTTP connection within this process: what undici, the agents of `node:http` and its servers take for their
 * socket. Bytes go to the connection, and nothing arrives unless the lab lets it.
 *
 * @internal
 */
export class HttpEnd extends ClientStream {
  override readonly remotePort = 80;
  readonly #connection: HttpEndPeer;
  #idleMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: HttpEndPeer) {
    super(connection);
    this.#connection = connection;
    // Who gets it is told so by other means.
    this.connecting = false;
  }

  override deliver(bytes: Buffer): void {
    this.#timer?.refresh();
    // Always as from a kernel: parsers of HTTP take what they read out of the buffer of the stream, or its `data`.
    this.push(bytes);
  }

  override write(chunk: unknown, encoding?: unknown, done?: unknown): boolean {
    this.#timer?.refresh();
    return super.write(chunk, encoding, done);
  }

  /**
   * Idle timeout, in the time of the flow that asks for it. It belongs to that one's own code, as a server decides when it
   * gives up an idle connection: such a timer may fire while something is on its way.
   */
  override setTimeout(idleMs: number, callback?: () => void): this {
    this.#idleMs = idleMs;
    if (callback !== undefined) {
      if (idleMs === 0) this.removeListener('timeout', callback);
      else this.once('timeout', callback);
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (idleMs > 0) this.#timer = setTimeout(() => this.emit('timeout'), this.#idleMs);
    return this;
  }

  /** Ends it by RST, as `net.Socket` does. */
  resetAndDestroy(): this {
    this.#connection.resets();
    this.destroy();
    return this;
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    super._destroy(error, done);
  }
}
