import { real } from '../../clock/globals.js';
import { currentFlow, happenIn, runOutsideFlows } from '../../base/flow.js';

let pending = 0;

/**
 * Does what the kernel tells a socket about its own end: later than the promises that this end settles, at the end of
 * the turn of the event loop. Runs in the flow that runs now.
 *
 * @internal
 */
export function atEndOfTurn(effect: () => void): void {
  const flow = currentFlow();
  pending += 1;
  // It is no work of the worker that the lab would have to name.
  runOutsideFlows(() =>
    real.setImmediate(() => {
      pending -= 1;
      if (flow === undefined) effect();
      else happenIn(flow, effect);
    }),
  );
}

/** Is there something that happens at the end of this turn? @internal */
export function turnMustEnd(): boolean {
  return pending > 0;
}
