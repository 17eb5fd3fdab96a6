import type { PerformedStep } from '../../execution/steps/step.js';
import type { Chooser } from '../../execution/steps/decision.js';
import type { FailedResult } from '../../record/build.js';
import type { Reversion } from '../../record/format.js';
import type { Failure } from '../tape/run-tape.js';
import { TapePlayer } from '../tape/tape.js';
import { Follower, type StepReference } from '../tape/follow.js';
import { tryOut, type Trial } from './trial.js';

/** Deviations that are reverted at most; a shrunk failure has a few. */
const REVERSIONS_MAX = 50;

/**
 * Shows which of what is left of a failure is needed for it: each preemption, switch and fault is reverted alone,
 * with everything else as it was, and the execution run again (Zeller's single changes: "Isolating Cause-Effect Chains
 * from Computer Programs", FSE 2002). What it fails without, in the same way, is not necessary.
 *
 * @internal
 */
export async function reversions(trial: Trial, failure: Failure, signal?: AbortSignal): Promise<Reversion[]> {
  const { result } = failure;
  const found: Reversion[] = [];
  for (const [at, { choice, free, step }] of result.choices.entries()) {
    if (choice === 0) continue;
    if (found.length >= REVERSIONS_MAX || signal?.aborted === true) break;
    const change = choice < 0 ? 'fault' : choice >= free ? 'preemption' : 'switch';
    const variations =
      change === 'fault'
        ? [withoutFault(result.steps, step)]
        : change === 'preemption'
          ? withoutPreemption(failure, at, step)
          : [calmAt(failure, at)];
    const necessary = await failsWithNone(trial, variations, result, change);
    if (necessary !== undefined) found.push({ step: step + 1, change, necessary });
  }
  return found;
}

/**
 * @returns undefined where nobody can tell: the lab could run none of the variations, or one of them failed with as much
 *   of the same elsewhere, so that this one is neither needed nor left out
 */
async function failsWithNone(
  trial: Trial,
  variations: readonly Chooser[],
  { finding, preemptions, faults }: FailedResult,
  change: Reversion['change'],
): Promise<boolean | undefined> {
  // Who comes first costs nothing: there is nothing to be less of.
  const most = preemptions + faults - (change === 'switch' ? 0 : 1);
  let passed = 0;
  let elsewhere = 0;
  for (const chooser of variations) {
    const result = await tryOut(trial, chooser);
    if (result === undefined) continue;
    if (result.finding?.id !== finding.id) passed += 1;
    else if (result.preemptions + result.faults <= most) return false;
    else elsewhere += 1;
  }
  return passed > 0 && elsewhere === 0 ? true : undefined;
}

/** The same steps in the same order, one of them without its fault. */
function withoutFault(steps: readonly StepReference[], step: number): Chooser {
  return new Follower(steps.map(({ id, fault }, at) => ({ id, fault: at === step ? undefined : fault })));
}

/** The calm choice at one point of the tape, and all the others as they were. */
function calmAt({ tape }: Failure, at: number): Chooser {
  return new TapePlayer(tape.choices.with(at, 0));
}

/**
 * Two ways not to preempt: the calm choice at that point of the tape; and the same steps in their order, except that
 * the worker that was interrupted first does what it did when it came back. The tape alone would not always say
 * that, since its later choices count moves, which are others now.
 */
function withoutPreemption(failure: Failure, at: number, step: number): Chooser[] {
  const { steps } = failure.result;
  const calm = calmAt(failure, at);
  const resumed = resumeOf(steps, step);
  if (resumed === undefined) return [calm];
  const { from, to } = resumed;
  const order = [
    ...steps.slice(0, step),
    ...steps.slice(from, to),
    ...steps.slice(step, from),
    ...steps.slice(to),
  ];
  return [calm, new Follower(order)];
}

/** What the worker that ran before `step` does when it goes on again. */
function resumeOf(
  steps: readonly PerformedStep[],
  step: number,
): { readonly from: number; readonly to: number } | undefined {
  const interrupted = steps.slice(0, step).findLast(({ worker }) => worker > 0)?.worker;
  // A timer of the same worker that fired too early: nobody was interrupted.
  if (steps[step]!.worker === interrupted) return undefined;
  const from = steps.findIndex(({ worker }, at) => at > step && worker === interrupted);
  if (from < 0) return undefined;
  const length = steps.slice(from).findIndex(({ worker }) => worker !== interrupted);
  return { from, to: length < 0 ? steps.length : from + length };
}
