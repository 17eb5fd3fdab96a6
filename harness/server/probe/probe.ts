import { createConnection, type Socket } from 'node:net';
import { noteOwn } from './own-ports.js';
import type { Endpoint } from '../types.js';
import { parseReply, type ProbeReply } from './reply.js';

/**
 * A minimal connection for the few questions this room asks (PING, INFO, TIME). A full client would reconnect,
 * retry and shake hands, and here the first answer of the first connection is the thing to know.
 *
 * @internal
 */
export class Probe {
  readonly #socket: Socket;
  readonly #waiting: ((reply: ProbeReply) => void)[] = [];
  #buffer = Buffer.alloc(0);
  #closed: Error | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the connection was closed')));
  }

  /**
   * Connects once; rejects when nobody listens.
   *
   * @param timeoutMs - a server that is silent for so many real milliseconds, now or later, counts as lost
   */
  static connect(endpoint: Endpoint, timeoutMs = 2_000): Promise<Probe> {
    return new Promise((resolve, reject) => {
      const socket = createConnection({ ...endpoint });
      noteOwn(socket);
      socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)));
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Probe(socket));
      });
    });
  }

  /** Whether anybody takes connections there. */
  static async listens(endpoint: Endpoint): Promise<boolean> {
    try {
      (await Probe.connect(endpoint)).close();
      return true;
    } catch {
      return false;
    }
  }

  /** Sends one command. An error reply and a lost connection are both returned, as an `Error`. */
  call(...args: readonly (string | number)[]): Promise<ProbeReply> {
    return new Promise((resolve) => {
      if (this.#closed !== undefined) {
        resolve(this.#closed);
        return;
      }
      this.#waiting.push(resolve);
      const parts = args.map((arg) => `$${Buffer.byteLength(String(arg))}\r\n${arg}\r\n`);
      this.#socket.write(`*${args.length}\r\n${parts.join('')}`);
    });
  }

  /** Sends one command like {@link call}. @throws Error for an error reply and a lost connection */
  async ask(...args: readonly (string | number)[]): Promise<Exclude<ProbeReply, Error>> {
    const reply = await this.call(...args);
    if (reply instanceof Error) throw reply;
    return reply;
  }

  /** The address that answered: a name may stand for several. */
  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  /** Whether the connection is over, whichever side ended it. */
  get closed(): boolean {
    return this.#closed !== undefined;
  }

  /** Ends the connection at once. */
  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const parsed = parseReply(this.#buffer, 0);
      if (parsed === undefined) return;
      this.#buffer = this.#buffer.subarray(parsed.end);
      this.#waiting.shift()?.(parsed.reply);
    }
  }

  #fail(error: Error): void {
    this.#closed ??= error;
    for (const resolve of this.#waiting.splice(0)) resolve(this.#closed);
  }
}
