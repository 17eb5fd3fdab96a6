import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { real } from '../../clock/globals.js';
import type { StarvedError } from './starved.js';
import { Watchdog, type NodeProcess } from './watchdog.js';

// One for the process: there is one event loop to watch, and a thread for each environment would be a waste.
let watchdog: Watchdog | undefined;
let missing: string | undefined;
let warned = false;

/** Why nobody watches the event loop in this process; undefined when somebody does. @internal */
export function unwatched(): string | undefined {
  if (missing !== undefined) return missing;
  if (watchdog !== undefined)
    return watchdog.debuggerUrl() === undefined ? undefined : 'a debugger is attached';
  missing = start();
  return missing ?? unwatched();
}

function start(): string | undefined {
  if (!isMainThread) return 'this is not the main thread';
  if ((process as unknown as NodeProcess)._fatalException === undefined)
    return 'this Node has no _fatalException';
  try {
    const { url } = createRequire(import.meta.url)('node:inspector') as typeof import('node:inspector');
    watchdog = new Watchdog(url);
    return undefined;
  } catch (error) {
    return `no inspector: ${(error as Error).message}`;
  }
}

/**
 * Runs the part of an execution in which workers run. When one of them spins, what runs is ended where it is and never
 * comes back; the execution is lost, the lab goes on.
 *
 * @param limitMs - processor time that workers may take without a turn of the event loop
 * @param stopping - called when a spin is about to be ended: what is left of `body` may still go on for a moment
 * @throws StarvedError
 * @internal
 */
export function guard<T>(limitMs: number, stopping: () => void, body: () => Promise<T>): Promise<T> {
  if (unwatched() !== undefined) return body();
  return new Promise((resolve, reject) => {
    const dog = watchdog!;
    let stopped = false;
    const starved = (error: StarvedError): void => {
      dog.disarm(starved);
      reject(error);
    };
    dog.arm(
      limitMs,
      () => {
        stopped = true;
        stopping();
      },
      starved,
    );
    const run = async (): Promise<void> => {
      try {
        const value = await body();
        if (!stopped) resolve(value);
      } catch (error) {
        if (!stopped) reject(error);
      } finally {
        if (!stopped) dog.disarm(starved);
      }
    };
    // From the event loop: the end of a spin takes everything that is on the stack with it, the caller included.
    real.setImmediate(() => void run());
  });
}

/**
 * Warns, once, where nobody would stop a worker that spins: it would spin for ever, and people would wait.
 *
 * @internal
 */
export function warnUnwatched(): void {
  const why = unwatched();
  if (why === undefined || warned) return;
  warned = true;
  process.emitWarning(`a worker that never gives the event loop back will not be stopped: ${why}`, 'RaceLab');
}
