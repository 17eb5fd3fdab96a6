import { connect, type Socket } from 'node:net';

/** How a request ended: answered, or why not. */
export type Ended = { readonly kind: 'replied' } | { readonly kind: 'failed'; readonly why: string };

/** How long a client waits, in ms. */
export interface Patience {
  readonly connectTimeoutMs: number;
  readonly replyTimeoutMs: number;
}

const REQUEST = 'PING\r\n';

/**
 * One connection of a client that asks one thing at a time, without a library: what happens to it is what the kernel
 * does to it.
 */
export class Line {
  readonly #socket: Socket;
  #connected = false;
  #asked: ((ended: Ended) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failed: string | undefined;

  /**
   * @param onConnected - called when the kernel says so
   * @param onGone - called when it can be used no more
   */
  constructor(
    port: number,
    /** From the next wait on. */
    public patience: Patience,
    readonly onConnected: () => void,
    readonly onGone: (why: string) => void = () => {},
  ) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#limit(patience.connectTimeoutMs, 'connect timeout');
    this.#socket.on('connect', () => {
      this.#connected = true;
      clearTimeout(this.#timer);
      onConnected();
      if (this.#asked !== undefined) this.#send();
    });
    this.#socket.on('data', () => this.#end({ kind: 'replied' }));
    this.#socket.on('error', (error: NodeJS.ErrnoException) => this.#fail(error.code ?? error.message));
    this.#socket.on('end', () => this.#fail('closed'));
  }

  /** Whether it cannot be used any more. */
  get gone(): boolean {
    return this.#failed !== undefined;
  }

  /** Asks. One request at a time. */
  ask(onEnded: (ended: Ended) => void): void {
    this.#asked = onEnded;
    if (this.#failed !== undefined) this.#end({ kind: 'failed', why: this.#failed });
    else if (this.#connected) this.#send();
  }

  /** Hangs up, without a word. */
  close(): void {
    this.#failed ??= 'closed by the client';
    clearTimeout(this.#timer);
    this.#asked = undefined;
    this.#socket.destroy();
  }

  #send(): void {
    this.#limit(this.patience.replyTimeoutMs, 'reply timeout');
    this.#socket.write(REQUEST);
  }

  #limit(ms: number, why: string): void {
    this.#timer = setTimeout(() => this.#fail(why), ms);
  }

  #fail(why: string): void {
    if (this.#failed !== undefined) return;
    this.#failed = why;
    this.#socket.destroy();
    this.#end({ kind: 'failed', why });
    this.onGone(why);
  }

  #end(ended: Ended): void {
    clearTimeout(this.#timer);
    const asked = this.#asked;
    this.#asked = undefined;
    asked?.(ended);
  }
}
