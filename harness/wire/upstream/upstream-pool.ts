import type { Endpoint } from '../../server/types.js';
import type { Preamble } from './preamble.js';
import type { ReplyWatch } from './reply-watch.js';
import { Upstream } from './upstream.js';

/** Idle connections that were reset and may serve the next client. @internal */
export class UpstreamPool {
  readonly #idle: Upstream[] = [];
  readonly #all = new Set<Upstream>();

  constructor(
    readonly endpoint: Endpoint,
    readonly watch?: ReplyWatch,
    readonly preamble?: Preamble,
  ) {}

  /** A new connection that the server may turn away, so that nothing is sent on it yet. @throws ServerGoneError */
  open(): Promise<Upstream> {
    return Upstream.open(this.endpoint, this.watch, this.preamble);
  }

  /** A connection in the state of a new one. @throws ServerGoneError */
  async acquire(): Promise<Upstream> {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.usable) return idle;
      this.discard(idle);
    }
    const upstream = await this.open();
    upstream.identify();
    this.#all.add(upstream);
    return upstream;
  }

  /** Resets a connection and keeps it for the next client; one that cannot be reset is closed. */
  async release(upstream: Upstream): Promise<void> {
    try {
      await upstream.reset();
      this.#idle.push(upstream);
    } catch {
      // If the server is gone, the next command says so.
      this.discard(upstream);
    }
  }

  /** The same for one of which the server remembers nothing that others could see: it is reset when it is used again. */
  keep(upstream: Upstream): void {
    if (!upstream.usable) return this.discard(upstream);
    upstream.resetLater();
    this.#idle.push(upstream);
  }

  /** Closes a connection for good. */
  discard(upstream: Upstream): void {
    this.#all.delete(upstream);
    upstream.destroy();
  }

  /** Closes those that nobody uses. */
  dropIdle(): void {
    for (const idle of this.#idle.splice(0)) this.discard(idle);
  }

  /** Number of open connections. */
  get size(): number {
    return this.#all.size;
  }

  /** Closes all. */
  close(): void {
    for (const upstream of this.#all) upstream.destroy();
    this.#all.clear();
    this.#idle.length = 0;
  }
}
