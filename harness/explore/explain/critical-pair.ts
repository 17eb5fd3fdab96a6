import type { ExecutionResult } from '../../execution/execution.js';
import type { RaceRecord } from '../../record/format.js';
import { HappensBefore } from '../dpor/happens-before.js';
import { Follower, passes, tryOut, type Trial, type Wanted } from './follow.js';

/** Swaps that are tried at most, the last steps first. */
const SWAPS_MAX = 100;

/** What came of the search for two steps whose order decides. */
export type CriticalPair = Pick<NonNullable<RaceRecord['explanation']>, 'pair' | 'swaps'>;

/**
 * Finds the critical pair of a failure: two steps of different workers that touch the same, such that the execution
 * passes when the second comes before the first, all else being equal. Each candidate is tried by running it: up to
 * the first step all is as it was; then comes what does not depend on that step, up to the second; then the second,
 * the first, and the rest in its order. Every fault must occur as before, or the swap is not what made it pass.
 * The last such pair is the one that tells most: up to there it could still have gone well.
 */
export async function criticalPair(
  trial: Trial,
  { steps }: ExecutionResult,
  order: HappensBefore,
  signal?: AbortSignal,
): Promise<CriticalPair> {
  const candidates = candidatePairs(steps, order);
  let tried = 0;
  for (const [first, second] of candidates.slice(0, SWAPS_MAX)) {
    if (signal?.aborted === true) break;
    tried += 1;
    const result = await tryOut(trial, new Follower(swapped(steps, order, first, second)));
    if (!passes(result) || !isSwapped(result!, steps, first, second)) continue;
    return { pair: [first + 1, second + 1], swaps: { tried, of: candidates.length } };
  }
  return { swaps: { tried, of: candidates.length } };
}

/** Dependent steps of different workers with nothing ordered between them, the last first. */
function candidatePairs(steps: ExecutionResult['steps'], order: HappensBefore): [number, number][] {
  const pairs: [number, number][] = [];
  for (const [second, { worker }] of steps.entries()) {
    for (const first of order.direct(second)) {
      const other = steps[first]!.worker;
      if (worker !== other && worker > 0 && other > 0) pairs.push([first, second]);
    }
  }
  return pairs.sort((a, b) => b[1] - a[1] || b[0] - a[0]);
}

function swapped(steps: readonly Wanted[], order: HappensBefore, first: number, second: number): Wanted[] {
  const between = steps.map((_, at) => at).slice(first + 1, second);
  const free = between.filter((at) => !order.before(first, at));
  const bound = between.filter((at) => order.before(first, at));
  return [...range(0, first), ...free, second, first, ...bound, ...range(second + 1, steps.length)].map(
    (at) => steps[at]!,
  );
}

/** Is the second step really before the first now, and everything that was injected still there? */
function isSwapped(
  { steps }: ExecutionResult,
  original: readonly Wanted[],
  first: number,
  second: number,
): boolean {
  const place = ({ id, fault }: Wanted): number =>
    steps.findIndex((step) => step.id === id && step.fault === fault);
  const before = place(original[second]!);
  const after = place(original[first]!);
  const faults = original.filter(({ fault }) => fault !== undefined);
  return before >= 0 && (after < 0 || before < after) && faults.every((step) => place(step) >= 0);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
}
