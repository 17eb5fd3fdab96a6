import { real } from '../clock/globals.js';
import type { Upstream } from './upstream.js';

/** How often within the limit it looks. */
const LOOKS = 4;

/**
 * Gives up on a server that does not answer. A connection that waits notes the number of the current look, which
 * costs nothing; a request that is still there some looks later has waited too long.
 */
export class ReplyWatch {
  /** Number of the current look. */
  look = 0;
  readonly #watched = new Set<Upstream>();
  readonly #timer: NodeJS.Timeout;

  /** @param limitMs - real time that a reply may take */
  constructor(readonly limitMs: number) {
    this.#timer = real.setInterval(() => this.#check(), limitMs / LOOKS);
    this.#timer.unref();
  }

  add(upstream: Upstream): void {
    this.#watched.add(upstream);
  }

  remove(upstream: Upstream): void {
    this.#watched.delete(upstream);
  }

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
