import { createConnection, type Socket } from 'node:net';
import type { Endpoint } from '../server/types.js';
import { runOutsideFlows } from '../flow.js';
import { decodeReply, FrameReader, isReplyError } from './resp.js';

/** The server went away, or did not answer: the execution cannot go on. */
export class ServerGoneError extends Error {
  override name = 'ServerGoneError';
}

const RESET = Buffer.from('*1\r\n$5\r\nRESET\r\n');
const PUSH = 0x3e;

/**
 * One real connection to Redis: requests out, replies back in the same order, pushes aside.
 */
export class Upstream {
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  #waiting: { resolve: (reply: Buffer) => void; reject: (error: Error) => void }[] = [];
  #broken: Error | undefined;
  /** Receives RESP3 push frames and replies that nobody waits for (pub/sub, invalidation, late replies). */
  onPush: ((frame: Buffer) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  /** Opens a connection. @throws ServerGoneError when the server cannot be reached */
  static open(endpoint: Endpoint): Promise<Upstream> {
    return runOutsideFlows(
      () =>
        new Promise((resolve, reject) => {
          const socket = createConnection({ ...endpoint, keepAlive: false });
          const failed = (error: Error): void => {
            reject(new ServerGoneError(`cannot connect to Redis at ${describe(endpoint)}: ${error.message}`));
          };
          socket.once('error', failed);
          socket.once('connect', () => {
            socket.removeListener('error', failed);
            resolve(new Upstream(socket));
          });
        }),
    );
  }

  get usable(): boolean {
    return this.#broken === undefined;
  }

  /** Sends one request frame and resolves with the bytes of its reply. @throws ServerGoneError */
  request(frame: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (this.#broken !== undefined) {
        reject(this.#broken);
        return;
      }
      this.#waiting.push({ resolve, reject });
      this.#socket.write(frame);
    });
  }

  /** Puts the connection into the state of a new one: RESP2, database 0, no transaction, no subscription. */
  async reset(): Promise<void> {
    this.onPush = undefined;
    const reply = decodeReply(await this.request(RESET));
    if (isReplyError(reply)) throw new ServerGoneError(`RESET failed: ${reply.error} (Redis 6.2 or newer is needed)`);
  }

  /** Gives up waiting for a reply, with this error. */
  abort(error: Error): void {
    this.#fail(error);
    this.#socket.destroy();
  }

  destroy(): void {
    this.#broken ??= new ServerGoneError('the lab closed the connection');
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    for (const frame of this.#reader.push(chunk)) {
      const waiting = frame[0] === PUSH ? undefined : this.#waiting.shift();
      if (waiting === undefined) this.onPush?.(frame);
      else waiting.resolve(frame);
    }
  }

  #fail(cause: Error): void {
    this.#broken ??= cause instanceof ServerGoneError ? cause : new ServerGoneError(`lost Redis: ${cause.message}`);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { reject } of waiting) reject(this.#broken);
  }
}

/** An endpoint for people. */
export function describe(endpoint: Endpoint): string {
  return 'path' in endpoint ? endpoint.path : `${endpoint.host}:${endpoint.port}`;
}

/** Idle connections that were reset and may serve the next client. */
export class UpstreamPool {
  readonly #idle: Upstream[] = [];
  readonly #all = new Set<Upstream>();

  constructor(readonly endpoint: Endpoint) {}

  /** A connection in the state of a new one. */
  async acquire(): Promise<Upstream> {
    for (;;) {
      const idle = this.#idle.pop();
      if (idle === undefined) break;
      if (idle.usable) return idle;
      this.#all.delete(idle);
    }
    const upstream = await Upstream.open(this.endpoint);
    this.#all.add(upstream);
    return upstream;
  }

  /** Resets a connection and keeps it for the next client. */
  async release(upstream: Upstream): Promise<void> {
    await upstream.reset();
    this.#idle.push(upstream);
  }

  /** Closes a connection for good. */
  discard(upstream: Upstream): void {
    this.#all.delete(upstream);
    upstream.destroy();
  }

  /** Number of open connections. */
  get size(): number {
    return this.#all.size;
  }

  /** Makes every pending request fail: used when the server stopped answering. */
  abort(error: Error): void {
    for (const upstream of this.#all) upstream.abort(error);
  }

  close(): void {
    for (const upstream of this.#all) upstream.destroy();
    this.#all.clear();
    this.#idle.length = 0;
  }
}
