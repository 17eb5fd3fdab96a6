import { real } from '../../clock/globals.js';

/** A connection that may wait for a reply. @internal */
export interface Waiter {
  /** Number of the look at which it began to wait; undefined while it does not. */
  readonly waitsSince: number | undefined;
  /** Gives up waiting. */
  abort(error: Error): void;
}

/** How often within the limit it looks. */
const LOOKS = 4;

/**
 * Gives up on a server that does not answer. A connection that waits notes the number of the current look, which
 * costs nothing; a request that is still there some looks later has waited too long.
 *
 * @internal
 */
export class ReplyWatch {
  /** Number of the current look. */
  look = 0;
  readonly #watched = new Set<Waiter>();
  readonly #timer: NodeJS.Timeout;

  /** @param limitMs - real time that a reply may take */
  constructor(readonly limitMs: number) {
    this.#timer = real.setInterval(() => this.#check(), limitMs / LOOKS);
    this.#timer.unref();
  }

  /** From now on this connection is looked at. */
  add(upstream: Waiter): void {
    this.#watched.add(upstream);
  }

  /** It is not looked at any more. */
  remove(upstream: Waiter): void {
    this.#watched.delete(upstream);
  }

  /** Looks no more. */
  stop(): void {
    real.clearInterval(this.#timer);
    this.#watched.clear();
  }

  #check(): void {
    this.look += 1;
    for (const upstream of this.#watched) {
      if (upstream.waitsSince !== undefined && this.look - upstream.waitsSince > LOOKS) {
        upstream.abort(new Error(`no answer within ${this.limitMs} ms`));
      }
    }
  }
}
