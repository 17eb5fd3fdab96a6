/** What the server pushed on one connection and the lab has not looked at yet. @internal */
export class Inbox {
  readonly #frames: Buffer[] = [];
  #pushed = 0;
  readonly #subscribed = new Map<'channels' | 'shards', number>();
  #tracks = false;

  /** How many frames the server pushed in all. */
  get pushed(): number {
    return this.#pushed;
  }

  /** Is there something that the server would push? */
  get expects(): boolean {
    return this.#tracks || [...this.#subscribed.values()].some((count) => count > 0);
  }

  /** The connection has so many subscriptions of this kind from now on. */
  subscribed(kind: 'channels' | 'shards', count: number): void {
    this.#subscribed.set(kind, count);
  }

  /** The server tells from now on which keys changed. */
  tracks(): void {
    this.#tracks = true;
  }

  /** Puts frames that the server pushed behind those that are there. */
  put(frames: readonly Buffer[]): void {
    this.#frames.push(...frames);
    this.#pushed += frames.length;
  }

  /** Takes out all that are there, each with its number among all that were pushed, from 1. */
  takeAll(): { readonly frame: Buffer; readonly nth: number }[] {
    const before = this.#pushed - this.#frames.length;
    return this.#frames.splice(0).map((frame, at) => ({ frame, nth: before + at + 1 }));
  }
}
