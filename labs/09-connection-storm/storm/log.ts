import type { Attempt } from '../timeline/attempt.js';
import type { Ended } from './line.js';

/** An attempt that goes on. */
export interface Request {
  readonly at: number;
  connected?: number;
  replied?: number;
  failed?: { readonly at: number; readonly kind: string };
}

/** Everything that clients saw, as they see it. */
export class Log {
  readonly #requests: Request[] = [];
  readonly #beganMs = performance.now();

  /** ms from the beginning of the timeline. */
  now(): number {
    return performance.now() - this.#beganMs;
  }

  /** A client begins. */
  begin(): Request {
    const request: Request = { at: this.now() };
    this.#requests.push(request);
    return request;
  }

  /** It came to an end. */
  end(request: Request, ended: Ended): void {
    const at = this.now();
    if (ended.kind === 'replied') request.replied = at;
    else request.failed = { at, kind: ended.why };
  }

  /** What there is. */
  get attempts(): readonly Attempt[] {
    return this.#requests;
  }
}
