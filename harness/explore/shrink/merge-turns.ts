import type { PerformedStep } from '../../execution/steps/step.js';

/** A failing execution, as far as it matters here. */
interface Interleaving {
  readonly result: { readonly steps: readonly PerformedStep[]; readonly preemptions: number };
}

/**
 * Takes preemptions out of a failing execution, many at a time and then fewer, as long as it fails in the same way
 * (delta debugging: Zeller and Hildebrandt, IEEE TSE 28(2), 2002). A preemption goes when the worker that was
 * preempted goes on at once, with all that it does in its next turn. Steps go by their identity: on a tape, which counts
 * moves, a turn that comes earlier changes the numbers of all that follow it.
 *
 * Deviation: what is taken out at a time is a block of preemptions, as they come; complements are not tried.
 *
 * @param attempt - runs steps in an order as far as possible; undefined where that does not fail in the same way
 * @returns the execution with the fewest preemptions that was found
 * @internal
 */
export async function mergeTurns<F extends Interleaving>(
  failure: F,
  attempt: (order: readonly PerformedStep[]) => Promise<F | undefined>,
): Promise<F> {
  let best = failure;
  for (let size = best.result.preemptions; size >= 1; size >>= 1) {
    for (let from = 0; from < best.result.preemptions;) {
      const { steps, preemptions } = best.result;
      const block = steps.filter(({ preemption }) => preemption).slice(from, from + size);
      const found = await attempt(withoutPreemptions(steps, block));
      if (found !== undefined && found.result.preemptions < preemptions) best = found;
      else from += size;
    }
  }
  return best;
}

/** The steps in an order in which the worker that one of these preempts goes on first. */
function withoutPreemptions(
  steps: readonly PerformedStep[],
  preempting: readonly PerformedStep[],
): PerformedStep[] {
  const order = [...steps];
  for (const step of preempting) {
    const at = order.indexOf(step);
    const worker = order.slice(0, at).findLast((before) => before.worker > 0)?.worker;
    const next = order.findIndex((later, position) => position > at && later.worker === worker);
    if (worker === undefined || next < 0) continue;
    let end = next;
    while (order[end]?.worker === worker) end += 1;
    order.splice(at, 0, ...order.splice(next, end - next));
  }
  return order;
}
