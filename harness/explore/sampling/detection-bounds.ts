import type { DetectionBound } from '../../record/verdict.js';
import { PCT_DEPTHS } from '../samplers/any-depth.js';
import { Pct, pctBound } from '../samplers/pct.js';
import type { Profile } from '../samplers/profile.js';

/**
 * With which probability the executions so far would have hit a bug, if there is one: 1 - (1 - p)^runs, where the runs
 * are those of PCT with the depth of the bug and p is PCT's bound, the only one of the samplers' that promises
 * something. It is about bugs that need no fault, so only the share of executions without one counts, and about
 * programs with as many threads and steps as were seen.
 *
 * @param turns - executions of each sampler, by its name
 * @param faults - faults at most in one execution
 * @internal
 */
export function detectionBounds(
  turns: ReadonlyMap<string, number>,
  { threads, contested }: Pick<Profile, 'threads' | 'contested'>,
  faults: number,
): DetectionBound[] {
  return PCT_DEPTHS.flatMap((depth) => {
    const runs = turns.get(new Pct(depth).name) ?? 0;
    if (runs === 0) return [];
    const each = pctBound(depth, threads, contested) / (faults + 1);
    return [{ depth, runs, each, all: 1 - (1 - each) ** runs }];
  });
}
