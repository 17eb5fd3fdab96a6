import { decodeReply, isReplyError, STATUS_REPLY } from '../resp.js';
import { ServerGoneError, type PendingReply } from './waiting.js';

/** A frame to be written, and those who wait for its replies, in order. @internal */
export interface Due {
  readonly frame: Buffer;
  readonly waiting: readonly PendingReply[];
}

/**
 * What the server has to do before anything else, such as emptying its store. It takes no round trip of its own: whichever
 * connection of the lab sends the next frame sends this in front of it, in one write, so nothing comes before it and
 * nothing between.
 *
 * @internal
 */
export class Preamble {
  #due: Due | undefined;
  #failure: ServerGoneError | undefined;
  /** Only the reply to the last command counts: those before it may be unknown to the server. */
  readonly #last: PendingReply = {
    resolve: (reply) => {
      if (reply[0] === STATUS_REPLY) return;
      const decoded = decodeReply(reply);
      if (isReplyError(decoded)) this.#failed(decoded.error);
    },
    reject: ({ message }) => this.#failed(message),
  };
  readonly #other: PendingReply = { resolve: () => {}, reject: this.#last.reject };

  /** @param frames - each one command */
  put(frames: readonly Buffer[]): void {
    this.#failure = undefined;
    const last = frames.length - 1;
    this.#due = {
      frame: frames.length === 1 ? frames[0]! : Buffer.concat(frames),
      waiting: frames.map((_frame, at) => (at === last ? this.#last : this.#other)),
    };
  }

  /** It has not been sent yet. */
  get due(): boolean {
    return this.#due !== undefined;
  }

  /** For the connection that sends next. */
  take(): Due | undefined {
    const due = this.#due;
    this.#due = undefined;
    return due;
  }

  /** @throws ServerGoneError when the server did not do it */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  #failed(reason: string): void {
    this.#failure ??= new ServerGoneError(`the store could not be emptied: ${reason}`);
  }
}
