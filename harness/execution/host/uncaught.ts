import { counted } from '../../base/counted.js';
import { currentFlow } from '../../base/flow.js';

type Listener = (error: unknown, second: unknown) => void;

/** What was replaced. One for the process, like the events themselves. */
let saved: { event: 'unhandledRejection' | 'uncaughtException'; listeners: Listener[]; ours: Listener }[] =
  [];

let restoreExit = (): void => {};

/**
 * Catches what nothing in a worker handled: it becomes a finding of its execution instead of the death of the
 * process. Errors from outside any flow still reach the listeners that were there before.
 *
 * @returns a function that takes the handlers away again
 * @internal
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
  // oxlint-disable-next-line typescript/unbound-method -- it is called on the process
  const { exit } = process;
  process.exit = refusingExit(exit);
  restoreExit = () => {
    process.exit = exit;
  };
  return uninstall;
}

/** What a worker does must not end the process that looks at it: nobody would hear a verdict. */
function refusingExit(exit: typeof process.exit): typeof process.exit {
  return (code) => {
    const flow = currentFlow();
    if (flow === undefined) return exit.call(process, code);
    const error = new Error(
      `${flow.name} calls process.exit(${code ?? ''}), which would end the whole process, the lab included. ` +
        'To look at the end of a worker, let it return or throw, or use the fault worker-crash',
    );
    flow.uncaught(error, 'exception');
    // What comes behind it never runs.
    throw error;
  };
}

function uninstall(): void {
  for (const { event, listeners, ours } of saved) {
    process.removeListener(event, ours);
    for (const listener of listeners) process.on(event, listener);
  }
  saved = [];
  restoreExit();
}
