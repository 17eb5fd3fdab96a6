import { counted } from '../counted.js';
import { currentFlow } from '../flow.js';

type Listener = (error: unknown, second: unknown) => void;

let saved: { event: 'unhandledRejection' | 'uncaughtException'; listeners: Listener[]; ours: Listener }[] =
  [];

/**
 * Catches what nothing in a worker handled: it becomes a finding of its execution instead of the death of the
 * process. Errors from outside any flow still reach the listeners that were there before.
 *
 * @returns a function that takes the handlers away again
 */
export const catchUncaught = counted(install);

function install(): () => void {
  for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
    const listeners = process.rawListeners(event) as Listener[];
    const origin = event === 'unhandledRejection' ? 'rejection' : 'exception';
    // Node calls it in the async context of the promise, or of the callback, that went wrong.
    const ours: Listener = (error, second) => {
      const flow = currentFlow();
      if (flow !== undefined) {
        flow.uncaught(error, origin);
      } else if (listeners.length > 0) {
        for (const listener of listeners) listener.call(process, error, second);
      } else {
        // Nobody listened before: behave as Node does without listeners.
        uninstall();
        queueMicrotask(() => {
          throw error;
        });
      }
    };
    process.removeAllListeners(event);
    process.on(event, ours);
    saved.push({ event, listeners, ours });
  }
  return uninstall;
}

function uninstall(): void {
  for (const { event, listeners, ours } of saved) {
    process.removeListener(event, ours);
    for (const listener of listeners) process.on(event, listener);
  }
  saved = [];
}
