import type { FailedResult } from '../../record/build.js';
import type { Explanation } from '../../record/format.js';
import { HappensBefore } from '../dpor/happens-before.js';
import { CommandFootprints } from '../footprints/command-footprints.js';
import type { ObservedScript } from '../footprints/script-monitor.js';
import type { Failure } from '../tape/run-tape.js';
import { criticalPair } from './critical-pair.js';
import { eventsOf } from './events.js';
import { Follower } from '../tape/follow.js';
import { reversions } from './necessity.js';
import { unrelatedSteps } from './relevance.js';
import { tryOut, type Trial } from './trial.js';

/** Steps beyond which nothing is explained: nobody reads such a table, and the work grows with its square. */
const STEPS_MAX = 2000;

/**
 * Explains a shrunk failure by running variations of it: what of it is necessary, which two steps must not come in
 * this order, and which steps have nothing to do with it.
 *
 * @param failure - a traced execution
 * @param scripts - what its scripts were seen to run inside
 * @returns undefined when its steps do not make up the same execution again, or there are too many
 * @internal
 */
export async function explain(
  trial: Trial,
  failure: Failure,
  scripts: readonly ObservedScript[],
  signal?: AbortSignal,
): Promise<Explanation | undefined> {
  const { result } = failure;
  if (result.steps.length > STEPS_MAX || !(await comesBack(trial, result))) return undefined;
  const reverted = await reversions(trial, failure, signal);
  const events = await eventsOf(trial, result, scripts);
  const order = new HappensBefore(events);
  const unrelated = await unrelatedSteps(
    result,
    events,
    order,
    new CommandFootprints(trial.environment.control),
  );
  const critical = await criticalPair(trial, result, order, signal);
  // What the explanation itself points at is not left out.
  const named = new Set([...reverted.map(({ step }) => step), ...(critical.pair ?? [])]);
  return {
    reverted,
    ...critical,
    unrelated: unrelated.flatMap((is, at) => (is && !named.has(at + 1) ? [at + 1] : [])),
  };
}

/** The steps by themselves, without the tape, must lead to the same failure: variations are made of them. */
async function comesBack(trial: Trial, { steps, finding }: FailedResult): Promise<boolean> {
  const again = await tryOut(trial, new Follower(steps));
  return (
    again?.finding?.id === finding.id &&
    again.steps.length === steps.length &&
    again.steps.every(({ id, fault }, at) => id === steps[at]!.id && fault === steps[at]!.fault)
  );
}
