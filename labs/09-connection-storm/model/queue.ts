/**
 * What short connections meet while a server stands still, as a model of the Linux kernel's accept queue. It gives the
 * same timeline as a measurement does, without a network: what the diagnosis is tried on, and what tells the numbers
 * of the story on any system.
 */
import type { Attempt } from '../timeline/attempt.js';

/** What the model is given. Times in ms. */
export interface QueueOptions {
  /** Connects a second, evenly. */
  readonly ratePerSecond: number;
  readonly durationMs: number;
  /** When the server stands still: from, until. Undefined: never. */
  readonly stall?: { readonly from: number; readonly until: number } | undefined;
  /** What the server passes to `listen`: one more than that fits. */
  readonly backlog: number;
  /** A client without a connection gives up after this. */
  readonly connectTimeoutMs: number;
  /** A client without an answer, after this; from the beginning. */
  readonly replyTimeoutMs: number;
  /** There and back. Default: 0.2. */
  readonly rttMs?: number;
  /** `tcp_abort_on_overflow`: a handshake that comes to its end at a full queue is answered with a reset. */
  readonly abortOnOverflow?: boolean;
  /** Time for one connection and its request, in ms. Default: 0.02. */
  readonly serviceMs?: number;
}

/** When the client's kernel asks again for a connection that nobody answered, in ms from the first time. */
export const SYN_AGAIN_MS = [0, 1000, 3000, 7000] as const;

/** What happened. */
export interface QueueRun {
  readonly attempts: readonly Attempt[];
  /** The most that waited to be accepted. */
  readonly deepest: number;
  /** How often somebody asked at a full queue: `ListenOverflows`. */
  readonly overflows: number;
}

/** Something that reaches the server's kernel. */
interface Arrival {
  readonly at: number;
  readonly attempt: number;
  readonly kind: 'syn' | 'ack';
  readonly asked: number;
}

interface Line {
  readonly arrivals: Arrival[];
  next: number;
}

/** A connection that waits to be accepted. */
interface Queued {
  readonly attempt: number;
  readonly at: number;
}

/** Runs the model. The same options give the same run. */
export function simulateQueue(options: QueueOptions): QueueRun {
  return new Queue(options).run();
}

class Queue {
  readonly #options: Required<QueueOptions>;
  readonly #attempts: Attempt[] = [];
  /** One line for each kind and number of tries: what is added to a line is later than what stands there. */
  readonly #lines = new Map<string, Line>();
  #waiting: Queued[] = [];
  #freeAt = 0;
  #deepest = 0;
  #overflows = 0;

  constructor(options: QueueOptions) {
    this.#options = { stall: undefined, rttMs: 0.2, abortOnOverflow: false, serviceMs: 0.02, ...options };
    const { ratePerSecond, durationMs, rttMs } = this.#options;
    const apart = 1000 / ratePerSecond;
    for (let at = 0; at * apart < durationMs; at++) {
      this.#attempts.push({ at: at * apart });
      this.#add({ at: at * apart + rttMs / 2, attempt: at, kind: 'syn', asked: 0 });
    }
  }

  run(): QueueRun {
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#serve(next.at);
      if (next.kind === 'syn') this.#syn(next);
      else this.#ack(next);
      this.#deepest = Math.max(this.#deepest, this.#waiting.length);
    }
    this.#serve(Infinity);
    return { attempts: this.#attempts, deepest: this.#deepest, overflows: this.#overflows };
  }

  get #full(): boolean {
    return this.#waiting.length > this.#options.backlog;
  }

  /** The first packet: at a full queue it is dropped, whatever the settings, and the client's kernel asks again. */
  #syn({ at, attempt, asked }: Arrival): void {
    const { rttMs, connectTimeoutMs } = this.#options;
    const { at: begun } = this.#attempts[attempt]!;
    if (!this.#full) {
      this.#update(attempt, { connected: at + rttMs / 2 });
      this.#add({ at: at + rttMs, attempt, kind: 'ack', asked });
      return;
    }
    this.#overflows += 1;
    const again = SYN_AGAIN_MS[asked + 1];
    if (again === undefined || again >= connectTimeoutMs)
      this.#update(attempt, { failed: { at: begun + connectTimeoutMs, kind: 'connect timeout' } });
    else this.#add({ at: begun + again + rttMs / 2, attempt, kind: 'syn', asked: asked + 1 });
  }

  /** The last packet of the handshake: for the client the connection is there, for the server only if it fits. */
  #ack({ at, attempt, asked }: Arrival): void {
    const { rttMs, abortOnOverflow, replyTimeoutMs } = this.#options;
    if (!this.#full) {
      this.#waiting.push({ attempt, at });
      return;
    }
    this.#overflows += 1;
    if (abortOnOverflow) return this.#update(attempt, { failed: { at: at + rttMs / 2, kind: 'ECONNRESET' } });
    // It is ignored, and so is the request behind it, until either is sent again.
    const { at: begun } = this.#attempts[attempt]!;
    const again = SYN_AGAIN_MS[asked + 1];
    if (again === undefined || again >= replyTimeoutMs)
      this.#update(attempt, { failed: { at: begun + replyTimeoutMs, kind: 'reply timeout' } });
    else this.#add({ at: at + again - SYN_AGAIN_MS[asked]!, attempt, kind: 'ack', asked: asked + 1 });
  }

  /** Lets the server accept and answer until some time. */
  #serve(until: number): void {
    const { stall, serviceMs, rttMs, replyTimeoutMs } = this.#options;
    let served = 0;
    for (const { attempt, at } of this.#waiting) {
      let begin = Math.max(this.#freeAt, at);
      if (stall !== undefined && begin >= stall.from && begin < stall.until) begin = stall.until;
      const done = begin + serviceMs;
      if (done > until) break;
      this.#freeAt = done;
      served += 1;
      const { at: begun } = this.#attempts[attempt]!;
      // Who gave up has closed its connection, which the server learns when it reads.
      if (done + rttMs / 2 - begun <= replyTimeoutMs) this.#update(attempt, { replied: done + rttMs / 2 });
      else this.#update(attempt, { failed: { at: begun + replyTimeoutMs, kind: 'reply timeout' } });
    }
    this.#waiting = this.#waiting.slice(served);
  }

  #update(attempt: number, more: Partial<Attempt>): void {
    this.#attempts[attempt] = { ...this.#attempts[attempt]!, ...more };
  }

  #add(arrival: Arrival): void {
    const name = `${arrival.kind}${arrival.asked}`;
    const line = this.#lines.get(name) ?? { arrivals: [], next: 0 };
    this.#lines.set(name, line);
    line.arrivals.push(arrival);
  }

  /** Takes the earliest of all lines. */
  #next(): Arrival | undefined {
    let first: Line | undefined;
    for (const line of this.#lines.values()) {
      const at = line.arrivals[line.next]?.at ?? Infinity;
      if (at < (first?.arrivals[first.next]?.at ?? Infinity)) first = line;
    }
    return first?.arrivals[first.next++];
  }
}
