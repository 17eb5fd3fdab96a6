import { syncBuiltinESMExports } from 'node:module';
import { Worker } from 'node:worker_threads';
import { real } from '../../clock/globals.js';
import { watchPaused } from '../../clock/real-work.js';
import { currentFlow, flowsPaused, type Flow } from '../../base/flow.js';
import { ownFrames } from '../../base/caller-source.js';
import { StarvedError } from './starved.js';

/** Where the thread and the main thread meet. */
const CELL = { armed: 0, beat: 1, limitMs: 2, debugged: 3 } as const;
const SIDE = 'redis-race-lab.watchdog';
/** How often the event loop shows that it turns. */
const BEAT_MS = 100;
/** How often the thread looks. */
const LOOK_MS = 250;
/** Files that the lab is made of: code in them is never ended half-way. */
const LAB = new URL('../..', import.meta.url).pathname.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const INTERNAL = `^node:|^(?:file://)?${LAB}(?!.*\\.test\\.)`;
const FRAMES_MAX = 5;
/** How often to look again for a frame of the worker's own. */
const UNPLACED_MAX = 40;

type Reject = (error: StarvedError) => void;

/** The parts of Node that put the stack of async ids in order, as after an uncaught exception. @internal */
export interface NodeProcess {
  _fatalException?: (error: unknown, fromPromise: boolean) => boolean;
}

/**
 * Watches over workers that spin: a loop without an end, or promises and ticks that beget each other for ever. Nothing
 * on the main thread could do that, so a thread looks whether the event loop still turns; see
 * `watchdog-thread.mjs` for what it does if not. Watching costs nothing per step.
 *
 * @internal
 */
export class Watchdog {
  readonly #cells = new Int32Array(
    new SharedArrayBuffer(Object.keys(CELL).length * Int32Array.BYTES_PER_ELEMENT),
  );
  readonly #beat: NodeJS.Timeout;
  #reject: Reject | undefined;
  #stopping: (() => void) | undefined;
  #caught: StarvedError | undefined;
  /** How often it was stopped where no frame is the worker's own: promises call each other through Node. */
  #unplaced = 0;
  #resume: (() => void)[] = [];

  constructor(readonly debuggerUrl: () => string | undefined) {
    this.#beat = real.setInterval(() => this.#turned(), BEAT_MS);
    this.#beat.unref();
    (globalThis as Record<symbol, unknown>)[Symbol.for(SIDE)] = {
      report: () => this.#report(),
      unhook: () => this.#unhook(),
      release: () => this.#release(),
      spare: () => this.#tell(),
    };
    const thread = new Worker(new URL('./watchdog-thread.mjs', import.meta.url), {
      name: 'race-lab watchdog',
      // Loaders and inspectors that this process was started with have no place there.
      execArgv: [],
      env: {},
      workerData: { cells: this.#cells.buffer, cell: CELL, lookMs: LOOK_MS, side: SIDE, internal: INTERNAL },
    });
    thread.unref();
  }

  arm(limitMs: number, stopping: () => void, reject: Reject): void {
    this.#stopping = stopping;
    this.#reject = reject;
    Atomics.store(this.#cells, CELL.limitMs, limitMs);
    Atomics.store(this.#cells, CELL.armed, 1);
    this.#beat.ref();
    this.#turned();
  }

  /** Ends what `arm` began with the same function. */
  disarm(reject: Reject): void {
    if (this.#reject !== reject) return;
    Atomics.store(this.#cells, CELL.armed, 0);
    this.#beat.unref();
    this.#reject = undefined;
  }

  #turned(): void {
    Atomics.add(this.#cells, CELL.beat, 1);
    Atomics.store(this.#cells, CELL.debugged, this.debuggerUrl() === undefined ? 0 : 1);
  }

  /** Called while the main thread is stopped: is it a worker that runs here? */
  #report(): boolean {
    // Stopped before, and it began again.
    if (this.#caught !== undefined) return true;
    const flow = currentFlow();
    if (flow === undefined || this.#reject === undefined) return false;
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 50;
    const where = ownFrames(new Error().stack ?? '').slice(0, FRAMES_MAX);
    Error.stackTraceLimit = limit;
    if (where.length === 0 && (this.#unplaced += 1) < UNPLACED_MAX) return false;
    this.#unplaced = 0;
    this.#caught = new StarvedError(flow, where);
    this.#resume = [dropTicks(flow)];
    this.#stopping?.();
    return true;
  }

  /** Turns off what Node calls for every promise. */
  #unhook(): void {
    this.#resume.push(flowsPaused(), watchPaused());
  }

  /** Called right before everything on the stack comes to an end. */
  #release(): void {
    const node = process as unknown as NodeProcess;
    // Node would find async ids of callbacks that never returned, and abort. Of an uncaught exception it does not hear.
    const emit = Object.getOwnPropertyDescriptor(node, 'emit');
    Object.defineProperty(node, 'emit', { value: () => true, configurable: true });
    try {
      node._fatalException!(new Error('ended by the watchdog'), false);
    } finally {
      if (emit === undefined) Reflect.deleteProperty(node, 'emit');
      else Object.defineProperty(node, 'emit', emit);
    }
    real.setImmediate(() => this.#tell());
  }

  #tell(): void {
    for (const resume of this.#resume) resume();
    this.#resume = [];
    const caught = this.#caught;
    this.#caught = undefined;
    if (caught !== undefined) this.#reject?.(caught);
  }
}

/** From now on `process.nextTick` does nothing for a flow. @returns a function that takes it back */
function dropTicks(flow: Flow): () => void {
  const { nextTick } = process as { nextTick: (...args: unknown[]) => void };
  process.nextTick = (...args: unknown[]): void => {
    if (currentFlow() !== flow) nextTick(...args);
  };
  syncBuiltinESMExports();
  return () => {
    process.nextTick = nextTick;
    syncBuiltinESMExports();
  };
}
