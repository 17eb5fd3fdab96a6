import type { Flow, FlowTimer } from '../base/flow.js';

/**
 * `AbortSignal.timeout` in the time of a flow. Clients make one such signal per command and stop listening once the
 * command is written. From then on nobody would notice that it aborts, so its timer goes: it would be a choice
 * without a difference.
 *
 * @internal
 */
export function virtualAbortTimeout(flow: Flow, delayMs: number): AbortSignal {
  const controller = new AbortController();
  const { signal } = controller;
  const abort = (): void => {
    if (!signal.aborted) controller.abort(timeoutError());
  };
  let timer: FlowTimer | undefined = flow.time.schedule(flow, abort, delayMs, [], false);
  const { dueMs } = timer;
  const listeners = new Set<unknown>();

  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    addEventListener.apply(signal, args);
    if (args[0] !== 'abort' || args[1] === null) return;
    listeners.add(args[1]);
    timer ??= flow.time.schedule(flow, abort, Math.max(1, dueMs - flow.time.nowMs()), [], false);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    removeEventListener.apply(signal, args);
    if (args[0] !== 'abort' || !listeners.delete(args[1]) || listeners.size > 0) return;
    timer?.close();
    timer = undefined;
  };
  const aborted = Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'aborted')!.get!;
  Object.defineProperty(signal, 'aborted', {
    get: () => {
      // Without a timer, being asked is how it finds out.
      if (timer === undefined && aborted.call(signal) === false && flow.time.nowMs() >= dueMs) {
        controller.abort(timeoutError());
      }
      return aborted.call(signal) as boolean;
    },
  });
  return signal;
}

function timeoutError(): DOMException {
  return new DOMException('The operation was aborted due to timeout', 'TimeoutError');
}
