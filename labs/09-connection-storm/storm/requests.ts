import { Line } from './line.js';
import type { Log, Request } from './log.js';
import type { StormOptions } from './options.js';

/** How often requests are begun that are due, in ms. */
const TICK_MS = 5;

/**
 * Requests at a fixed rate, whatever becomes of those before: each on a connection of its own, on one that is kept
 * alive for some more, or on one of a pool.
 */
export class Requests {
  readonly #idle: { line: Line; left: number }[] = [];
  readonly #waiting: Request[] = [];
  readonly #open = new Set<Line>();
  #begun = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly port: number,
    readonly options: StormOptions,
    readonly log: Log,
  ) {}

  /** Begins. */
  start(): void {
    const from = this.log.now();
    this.#timer = setInterval(() => {
      const due = Math.floor(((this.log.now() - from) * this.options.ratePerSecond) / 1000);
      for (; this.#begun < due; this.#begun++) this.#request();
    }, TICK_MS);
  }

  /** Begins no more. */
  stop(): void {
    clearInterval(this.#timer);
  }

  /** Hangs up everywhere. */
  close(): void {
    this.stop();
    for (const line of this.#open) line.close();
  }

  #request(): void {
    const request = this.log.begin();
    const { poolSize } = this.options;
    let kept = this.#idle.pop();
    while (kept?.line.gone === true) kept = this.#idle.pop();
    if (kept !== undefined) {
      request.connected = this.log.now();
      this.#ask(kept.line, kept.left, request);
    } else if (poolSize > 0 && this.#open.size >= poolSize) this.#waiting.push(request);
    else this.#connect(request);
  }

  #connect(request: Request): void {
    const line = new Line(
      this.port,
      this.options,
      () => (request.connected = this.log.now()),
      () => this.#open.delete(line),
    );
    this.#open.add(line);
    this.#ask(line, this.options.reuse, request);
  }

  #ask(line: Line, left: number, request: Request): void {
    line.ask((ended) => {
      this.log.end(request, ended);
      if (ended.kind === 'replied' && left > 1) this.#next(line, left - 1);
      else {
        line.close();
        this.#open.delete(line);
        const next = this.#waiting.shift();
        if (next !== undefined) this.#connect(next);
      }
    });
  }

  /** Who waited longest gets what is free. */
  #next(line: Line, left: number): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#idle.push({ line, left });
      return;
    }
    next.connected = this.log.now();
    this.#ask(line, left, next);
  }
}
