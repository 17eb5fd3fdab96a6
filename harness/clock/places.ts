import { createHook, executionAsyncId } from 'node:async_hooks';
import { callerSource } from '../base/caller-source.js';
import { currentFlow, type Flow } from '../base/flow.js';

/** By async id: the place in a worker's code that led to it. Only while somebody looks for places. */
const places = new Map<number, string>();
let last = new WeakMap<Flow, string>();
let looking = false;

const hook = createHook({
  init(asyncId) {
    const flow = currentFlow();
    if (flow === undefined) return;
    const own = callerSource();
    if (own !== undefined) last.set(flow, own);
    const place = own ?? places.get(executionAsyncId());
    if (place !== undefined) places.set(asyncId, place);
  },
});

/**
 * Remembers for everything that is begun in a flow which place in the worker's code led to it, also through callbacks, where
 * the stack does not reach. Far too slow for every execution: for one that is run again to find out.
 *
 * @returns a function that ends it
 * @internal
 */
export function followPlaces(): () => void {
  looking = true;
  hook.enable();
  return () => {
    looking = false;
    hook.disable();
    places.clear();
    last = new WeakMap();
  };
}

/** The place in the worker's code that led to what happens now, as far as it is known. @internal */
export function placeNow(): string | undefined {
  const own = callerSource();
  if (own !== undefined || !looking) return own;
  const flow = currentFlow();
  return places.get(executionAsyncId()) ?? (flow && last.get(flow));
}

/** The last place in its code at which this flow began something; only known while somebody looks for places. @internal */
export function lastPlaceOf(flow: Flow): string | undefined {
  return last.get(flow);
}
