import { defined } from '../../base/defined.js';
import type { ExecutionResult } from '../../execution/execution.js';
import { otherRun, type FailedResult } from '../../record/build.js';
import type { OtherRun, RaceRecord } from '../../record/format.js';
import { HappensBefore } from '../dpor/happens-before.js';
import type { PerformedStep } from '../../execution/steps/step.js';
import type { Event } from '../events/event.js';
import { dependent, type Footprint } from '../events/footprint.js';
import { worker as stateOf } from '../events/resources.js';
import { Beginning, Follower, type StepReference } from '../tape/follow.js';
import { Tape } from '../tape/tape.js';
import { passes, tryOut, type Trial } from './trial.js';

/** Swaps that are tried at most, the last steps first. */
const SWAPS_MAX = 100;

/** What came of the search for two steps whose order decides. @internal */
export type CriticalPair = Pick<NonNullable<RaceRecord['explanation']>, 'pair' | 'swaps' | 'swapped'>;

/**
 * Finds the critical pair of a failure: two steps that touch the same, such that the execution passes when the second
 * comes before the first, all else being equal. Of one worker they may be as well, where it has both under way at once;
 * and one of them may be that a key runs out. Each candidate is tried by running it: up to the first step all is as it
 * was; then comes what does not depend on that step, up to the second; then the second, the first, and the rest in its
 * order. Every fault must occur as before. And that swap alone must do: it has to pass as well when everything is calm
 * after it, or it would be the order of what comes later that made it pass.
 * The last such pair is the one that tells most: up to there it could still have gone well. Preferred is one after which
 * the rest may be calm and it fails without the swap: nothing later decides. Where time passes earlier or later by the
 * swap, so does all that follows: there only that will do.
 *
 * @internal
 */
export async function criticalPair(
  trial: Trial,
  { steps, finding }: FailedResult,
  order: HappensBefore,
  signal?: AbortSignal,
): Promise<CriticalPair> {
  // Who goes round for ever does so in whichever order it does it.
  const goesRound = finding.waits?.some((wait) => wait.includes(' for news in ')) === true;
  const candidates = candidatePairs(steps, order).filter(
    ([first, second]) =>
      !(goesRound && steps[first]!.worker === steps[second]!.worker) &&
      !onlyNames(trial, steps, [first, second]),
  );
  let tried = 0;
  let other: Swap | undefined;
  for (const [first, second] of candidates.slice(0, SWAPS_MAX)) {
    if (signal?.aborted === true) break;
    tried += 1;
    const plan = swapped(steps, order, first, second);
    const result = await tryOut(trial, new Follower(plan));
    if (!passes(result) || !isSwapped(result!, steps, plan, first, second)) continue;
    const swap = await calmAfter(trial, plan.slice(0, plan.indexOf(steps[first]!) + 1));
    if (!passes(swap)) continue;
    const without = await calmAfter(trial, steps.slice(0, second + 1));
    const found: Swap = { pair: [first + 1, second + 1], plan };
    const isDecisive = without?.finding?.id === finding.id;
    if (isCommand(steps[first]) && isCommand(steps[second])) other ??= found;
    if (!isDecisive) continue;
    other = found;
    break;
  }
  const swaps = { tried, of: candidates.length };
  if (other === undefined) return { swaps };
  return { pair: other.pair, ...defined({ swapped: await shown(trial, other.plan) }), swaps };
}

/** Two steps whose swap makes it pass, by their numbers, and the order that does. */
interface Swap {
  readonly pair: [number, number];
  readonly plan: readonly StepReference[];
}

/** The execution that passes, with what a reader wants to see of it. */
async function shown(trial: Trial, plan: readonly StepReference[]): Promise<OtherRun | undefined> {
  const result = await tryOut(trial, new Follower(plan), true);
  return passes(result) ? otherRun(result!, Tape.of(result!, trial.skip)) : undefined;
}

const isCommand = (step: PerformedStep | undefined): boolean => step?.kind === 'command';

/** @returns undefined where an execution cannot begin like this */
async function calmAfter(
  trial: Trial,
  beginning: readonly StepReference[],
): Promise<ExecutionResult | undefined> {
  const result = await tryOut(trial, new Beginning(beginning));
  const began = beginning.every(
    ({ id, fault }, at) => result?.steps[at]?.id === id && result.steps[at].fault === fault,
  );
  return began ? result : undefined;
}

/**
 * Dependent steps that might come the other way round, the last first. Those with something ordered between them, but
 * nothing of the worker of the second step, come after all others: what is between then comes behind both.
 */
function candidatePairs(steps: ExecutionResult['steps'], order: HappensBefore): [number, number][] {
  const pairs: [number, number][] = [];
  const further: [number, number][] = [];
  for (const [second, step] of steps.entries()) {
    for (let first = 0; first < second; first++) {
      const other = steps[first]!;
      const same = step.worker === other.worker;
      if (!(same ? areBothUnderWay(other, step) : isOrdered(other) && isOrdered(step))) continue;
      if (!same && order.direct(second).includes(first)) pairs.push([first, second]);
      else if (
        (same || !comesBetween(steps, first, second)) &&
        touchTheSame(order.events[first]!, order.events[second]!)
      )
        (same ? pairs : further).push([first, second]);
    }
  }
  const lastFirst = (a: [number, number], b: [number, number]): number => b[1] - a[1] || b[0] - a[0];
  return [...pairs.sort(lastFirst), ...further.sort(lastFirst)];
}

/** Has the worker of the second step one between the two? It would have to come first as well. */
function comesBetween(steps: ExecutionResult['steps'], first: number, second: number): boolean {
  return steps.slice(first + 1, second).some(({ worker }) => worker === steps[second]!.worker);
}

/** Does its place say anything? Of what is nobody's, only that time passes. */
function isOrdered({ worker, kind }: PerformedStep): boolean {
  return worker > 0 || kind === 'expiry';
}

/** May a worker have had both of these under way? On one connection, replies come in the order of the commands. */
function areBothUnderWay(first: PerformedStep, second: PerformedStep): boolean {
  if (first.worker === 0) return false;
  if (first.kind !== 'command' || second.kind !== 'command') return first.kind !== second.kind;
  return first.sentOn?.connection !== second.sentOn?.connection;
}

/** Besides the state of their own worker, which every step of it changes. */
function touchTheSame(a: Event, b: Event): boolean {
  const own = stateOf(a.worker);
  const besides = ({ footprint }: Event): Footprint =>
    footprint === 'everything' ? footprint : footprint.filter(({ resource }) => resource !== own);
  return dependent(besides(a), besides(b));
}

/**
 * Is it the same step of two workers that do the same? Swapped, they only change their names, and the rest of the order,
 * which does not, makes another execution of it.
 */
function onlyNames(
  { scenario: { workers } }: Trial,
  steps: ExecutionResult['steps'],
  [first, second]: readonly [number, number],
): boolean {
  const [a, b] = [steps[first]!, steps[second]!];
  if (a.worker === b.worker || workers[a.worker - 1] !== workers[b.worker - 1]) return false;
  const place = ({ id }: PerformedStep): string => id.replace(/^w\d+/, '');
  return (
    a.worker > 0 && place(a) === place(b) && a.args?.[0]?.equals(b.args?.[0] ?? Buffer.alloc(0)) === true
  );
}

function swapped(
  steps: readonly PerformedStep[],
  order: HappensBefore,
  first: number,
  second: number,
): PerformedStep[] {
  const between = steps.map((_, at) => at).slice(first + 1, second);
  const free = between.filter((at) => !order.before(first, at));
  const bound = between.filter((at) => order.before(first, at));
  return [...range(0, first), ...free, second, first, ...bound, ...range(second + 1, steps.length)].map(
    (at) => steps[at]!,
  );
}

/** Did exactly this come before the second step, the first not before it, and was everything injected as before? */
function isSwapped(
  { steps }: ExecutionResult,
  original: readonly PerformedStep[],
  plan: readonly StepReference[],
  first: number,
  second: number,
): boolean {
  const place = ({ id, fault }: StepReference): number =>
    steps.findIndex((step) => step.id === id && step.fault === fault);
  const until = plan.indexOf(original[second]!);
  const asPlanned = plan
    .slice(0, until + 1)
    .every(({ id, fault }, at) => steps[at]?.id === id && steps[at]?.fault === fault);
  const after = place(original[first]!);
  const faults = original.filter(({ fault }) => fault !== undefined);
  return asPlanned && (after < 0 || until < after) && faults.every((step) => place(step) >= 0);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
}
