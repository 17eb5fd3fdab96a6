import type { Socket } from 'node:net';
import type { Endpoint } from '../../server/types.js';
import { runOutsideFlows } from '../../base/flow.js';
import { connectLightly } from './light-socket.js';
import type { Due, Preamble } from './preamble.js';
import { isMessage } from './pushed.js';
import { RESET, resetFailure, resetFirst } from './reset.js';
import { inOneWrite, together, type Question } from './question.js';
import { ServerGoneError, type PendingReply } from './waiting.js';
import type { ReplyWatch } from './reply-watch.js';
import { FrameReader } from '../frame-reader.js';
import { decodeReply, PUSH } from '../resp.js';

const CLIENT_ID = Buffer.from('*2\r\n$6\r\nCLIENT\r\n$2\r\nID\r\n');

/**
 * One real connection to Redis: requests out, replies back in the same order, pushes aside.
 *
 * @internal
 */
export class Upstream {
  #socket!: Socket;
  readonly #watch: ReplyWatch | undefined;
  readonly #preamble: Preamble | undefined;
  readonly #reader = new FrameReader();
  readonly #waiting: PendingReply[] = [];
  #broken: ServerGoneError | undefined;
  /** Since which look of the watch it has waited for the next reply. */
  waitsSince: number | undefined;
  /** It is like new only behind this. */
  #reset: Due | undefined;
  /** Receives RESP3 push frames and replies that nobody waits for (pub/sub, invalidation, late replies). */
  onPush: ((frame: Buffer) => void) | undefined;
  /** It shows what others send: the server takes no commands of keys on it. */
  monitoring = false;
  /** There are subscriptions: in RESP2 their messages look like replies. */
  listening = false;
  #marks = 0;
  /** The server's number for this connection, once somebody asked for it. */
  clientId: string | undefined;
  /** The lab ended the connection, since the server did not answer. */
  gaveUp = false;
  /** Called once, when the connection ends without the lab having ended it. */
  onLost: (() => void) | undefined;
  /** Resolves when the connection has ended, on whichever side. */
  readonly ended: Promise<void>;
  #markEnded = (): void => {};
  #greeting: Promise<Buffer | undefined> | undefined;

  private constructor(watch: ReplyWatch | undefined, preamble: Preamble | undefined) {
    this.#watch = watch;
    this.#preamble = preamble;
    this.ended = new Promise((resolve) => (this.#markEnded = resolve));
  }

  #connected(socket: Socket): void {
    this.#socket = socket;
    this.#watch?.add(this);
    socket.on('error', (error) => this.#lost(error));
    socket.on('end', () => this.#lost(new Error('the server closed the connection')));
    socket.on('close', () => this.#lost(new Error('the server closed the connection')));
  }

  /**
   * Opens a connection.
   *
   * @param watch - gives up when a reply takes too long; default: waits for ever
   * @param preamble - what has to reach the server before anything else
   * @throws ServerGoneError when the server cannot be reached
   */
  static open(endpoint: Endpoint, watch?: ReplyWatch, preamble?: Preamble): Promise<Upstream> {
    return runOutsideFlows(
      () =>
        new Promise((resolve, reject) => {
          const upstream = new Upstream(watch, preamble);
          const socket = connectLightly(endpoint, (chunk) => upstream.#receive(chunk));
          const failed = (error: Error): void => {
            reject(
              new ServerGoneError(`cannot connect to Redis at ${endpointText(endpoint)}: ${error.message}`),
            );
          };
          socket.once('error', failed);
          socket.once('connect', () => {
            socket.removeListener('error', failed);
            upstream.#connected(socket);
            resolve(upstream);
          });
        }),
    );
  }

  /** False once the connection has ended. */
  get usable(): boolean {
    return this.#broken === undefined;
  }

  /** Asks the server for its number of this connection; nothing waits for the answer. */
  identify(): void {
    this.#greeting = this.request(CLIENT_ID).catch(() => undefined);
  }

  /** The server's number of this connection, for CLIENT KILL; undefined where it did not say. */
  async id(): Promise<number | undefined> {
    const reply = await this.#greeting;
    const id = reply === undefined ? undefined : decodeReply(reply);
    return typeof id === 'number' ? id : undefined;
  }

  /** The same, asked now. */
  async askId(): Promise<number> {
    return decodeReply(await this.request(CLIENT_ID)) as number;
  }

  /** What a server says that turns this connection away; resolves when it has closed it. Nothing was sent yet. */
  async refusal(): Promise<Buffer> {
    const said: Buffer[] = [];
    this.onPush = (frame) => said.push(frame);
    await this.ended;
    return Buffer.concat(said);
  }

  /**
   * Sends one request frame and resolves with the bytes of its reply.
   *
   * @param questions - go right behind it
   * @throws ServerGoneError
   */
  request(frame: Buffer, questions: readonly Question[] = []): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (questions.length === 0) this.#send(frame, { resolve, reject });
      else {
        const frames = [frame, ...questions.map((one) => one.frame)];
        this.#send(Buffer.concat(frames), ...inOneWrite({ resolve, reject }, questions));
      }
    });
  }

  /** Sends several requests in one write and resolves with the bytes of their replies. @throws ServerGoneError */
  requests(frames: readonly Buffer[]): Promise<Buffer[]> {
    return new Promise((resolve, reject) =>
      this.#send(Buffer.concat(frames), ...together(frames.length, resolve, reject)),
    );
  }

  /** Sends a request frame that will not be answered. */
  post(frame: Buffer): void {
    if (this.#broken === undefined) this.#socket.write(frame);
  }

  /**
   * Gathers everything that arrives up to the answer to a PING: what the server has pushed by now, and with a request
   * the answers to it, where nobody can tell how many they are.
   *
   * @throws ServerGoneError
   */
  gather(frame?: Buffer): Promise<Buffer[]> {
    const mark = `race-lab mark ${(this.#marks += 1)}`;
    const gathered: Buffer[] = [];
    const ping = Buffer.from(`*2\r\n$4\r\nPING\r\n$${mark.length}\r\n${mark}\r\n`);
    return new Promise((resolve, reject) => {
      const waiting = { mark: Buffer.from(mark), gathered, resolve: () => resolve(gathered), reject };
      this.#send(frame === undefined ? ping : Buffer.concat([frame, ping]), waiting);
    });
  }

  #send(frame: Buffer, ...waiting: readonly PendingReply[]): void {
    if (this.#broken !== undefined) {
      waiting[0]!.reject(this.#broken);
      return;
    }
    if (this.#waiting.length === 0) this.waitsSince = this.#watch?.look;
    // What was queued, or watched, is gone before anything else is said.
    const before = [this.#reset, this.monitoring ? undefined : this.#preamble?.take()].filter(isDue);
    this.#reset = undefined;
    for (const due of before) this.#waiting.push(...due.waiting);
    this.#waiting.push(...waiting);
    this.#socket.write(
      before.length === 0 ? frame : Buffer.concat([...before.map((due) => due.frame), frame]),
    );
  }

  /** Puts the connection into the state of a new one: RESP2, database 0, no transaction, no subscription. */
  async reset(): Promise<void> {
    this.onPush = undefined;
    this.onLost = undefined;
    const failed = resetFailure(await this.request(RESET));
    if (failed !== undefined) throw failed;
    this.listening = this.monitoring = false;
  }

  /** The same, in one write with what is sent next: nothing of what it remembers is seen by anybody else. */
  resetLater(): void {
    this.onPush = undefined;
    this.onLost = undefined;
    this.#reset = resetFirst((error) => this.abort(error));
  }

  /** Gives up waiting for replies, with this error. */
  abort(error: Error): void {
    this.gaveUp = true;
    this.#lost(error);
    this.#socket.destroy();
  }

  /** Ends the connection by the lab's own wish. */
  destroy(): void {
    this.onLost = undefined;
    this.#lost(new ServerGoneError('the lab closed the connection'));
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    for (const frame of this.#reader.push(chunk)) {
      const first = this.#waiting[0];
      if (first?.mark !== undefined && !frame.includes(first.mark)) {
        first.gathered!.push(frame);
        continue;
      }
      const pushed = frame[0] === PUSH || (this.listening && isMessage(frame));
      const waiting = pushed ? undefined : this.#waiting.shift();
      if (waiting === undefined) {
        this.onPush?.(frame);
        continue;
      }
      this.waitsSince = this.#waiting.length === 0 ? undefined : this.#watch?.look;
      waiting.resolve(frame);
    }
    if (this.#reader.garbage !== undefined) this.abort(this.#reader.garbage);
  }

  #lost(cause: Error): void {
    if (this.#broken !== undefined) return;
    const broken =
      cause instanceof ServerGoneError ? cause : new ServerGoneError(`lost Redis: ${cause.message}`);
    this.#broken = broken;
    this.#watch?.remove(this);
    this.waitsSince = undefined;
    for (const { reject } of this.#waiting.splice(0)) reject(broken);
    this.#markEnded();
    this.onLost?.();
  }
}

function isDue(due: Due | undefined): due is Due {
  return due !== undefined;
}

function endpointText(endpoint: Endpoint): string {
  return 'path' in endpoint ? endpoint.path : `${endpoint.host}:${endpoint.port}`;
}
