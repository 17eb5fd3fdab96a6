import { createConnection, type Socket } from 'node:net';
import type { Endpoint } from './types.js';

/** A RESP2 reply; errors are values here, the caller decides whether they matter. */
export type ProbeReply = string | number | null | Error | ProbeReply[];

/**
 * A minimal connection for the few questions this room asks (PING, INFO, TIME). A full client would reconnect,
 * retry and shake hands, and here the first answer of the first connection is the thing to know.
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

  /** Connects once; rejects when nobody listens. Whoever is silent for `timeoutMs`, now or later, counts as lost. */
  static connect(endpoint: Endpoint, timeoutMs = 2_000): Promise<Probe> {
    return new Promise((resolve, reject) => {
      const socket = createConnection({ ...endpoint });
      socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)));
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Probe(socket));
      });
    });
  }

  /** Does anybody take connections there? */
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
      if (this.#closed) return resolve(this.#closed);
      this.#waiting.push(resolve);
      const parts = args.map((arg) => `$${Buffer.byteLength(String(arg))}\r\n${arg}\r\n`);
      this.#socket.write(`*${args.length}\r\n${parts.join('')}`);
    });
  }

  /** Like {@link call}, but an error reply or a lost connection is thrown. */
  async ask(...args: readonly (string | number)[]): Promise<Exclude<ProbeReply, Error>> {
    const reply = await this.call(...args);
    if (reply instanceof Error) throw reply;
    return reply;
  }

  /** The address that answered: a name may stand for several. */
  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  /** The connection is over, whoever ended it. */
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
      const parsed = parse(this.#buffer, 0);
      if (!parsed) return;
      this.#buffer = this.#buffer.subarray(parsed.end);
      this.#waiting.shift()?.(parsed.reply);
    }
  }

  #fail(error: Error): void {
    this.#closed ??= error;
    for (const resolve of this.#waiting.splice(0)) resolve(this.#closed);
  }
}

/** One reply that starts at `start`, or `undefined` while it is incomplete. */
function parse(buffer: Buffer, start: number): { reply: ProbeReply; end: number } | undefined {
  const eol = buffer.indexOf('\r\n', start);
  if (eol === -1) return undefined;
  const line = buffer.toString('utf8', start + 1, eol);
  const end = eol + 2;
  switch (buffer[start]) {
    case 0x2b: // +
      return { reply: line, end };
    case 0x2d: // -
      return { reply: new Error(line), end };
    case 0x3a: // :
      return { reply: Number(line), end };
    case 0x24: {
      // $
      const size = Number(line);
      if (size < 0) return { reply: null, end };
      if (buffer.length < end + size + 2) return undefined;
      return { reply: buffer.toString('utf8', end, end + size), end: end + size + 2 };
    }
    case 0x2a: {
      // *
      if (line.startsWith('-')) return { reply: null, end };
      const items: ProbeReply[] = [];
      let at = end;
      for (let left = Number(line); left > 0; left--) {
        const item = parse(buffer, at);
        if (!item) return undefined;
        items.push(item.reply);
        at = item.end;
      }
      return { reply: items, end: at };
    }
    default:
      // Not RESP at all: some other service listens here.
      return {
        reply: new Error(`not a Redis reply: ${JSON.stringify(line.slice(0, 40))}`),
        end: buffer.length,
      };
  }
}
