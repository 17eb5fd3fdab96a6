import { SETTLES, UNCAUGHT } from '../../execution/judge/built-in.js';
import type { FailedResult } from '../../record/build.js';
import type { HappensBefore } from '../dpor/happens-before.js';
import type { Event } from '../events/event.js';
import { dependent, type Footprint } from '../events/footprint.js';
import { CommandFootprints } from '../footprints/command-footprints.js';

/**
 * Which steps are causally before the failure: what the broken invariant looked at came about by certain steps; they
 * and everything that happens before them matter, the rest happened to be there as well (as Lamport's order tells
 * them apart; Shuttle proposes to replay a schedule without the rest).
 *
 * @returns for each step whether it is unrelated
 * @internal
 */
export async function unrelatedSteps(
  result: FailedResult,
  events: readonly Event[],
  order: HappensBefore,
  commands: CommandFootprints,
): Promise<boolean[]> {
  const { steps } = result;
  const sinks = await sinksOf(result, events, commands);
  // A client that says goodbye as its last step has nothing to do with what went wrong before.
  const goodbyes = new Set(goodbyesOf(result));
  let atMs = 0;
  return steps.map(({ fault, atMs: now }, at) => {
    const moved = now !== atMs;
    atMs = now;
    // Time that passed and faults are what a reader looks for, whatever came of them.
    if (goodbyes.has(at)) return !moved && fault === undefined;
    if (moved || fault !== undefined || sinks.has(at)) return false;
    return ![...sinks].some((sink) => at < sink && order.before(at, sink));
  });
}

/** Each QUIT that was answered and is the last step of its worker. */
function goodbyesOf({ steps }: FailedResult): number[] {
  return steps.flatMap(({ worker, args, reply }, at) => {
    const quits = args?.length === 1 && /^quit$/i.test(args[0]!.toString('latin1')) && reply !== undefined;
    return quits && steps.findLastIndex((step) => step.worker === worker) === at ? [at] : [];
  });
}

/** Steps that the failure shows by themselves. */
async function sinksOf(
  result: FailedResult,
  events: readonly Event[],
  commands: CommandFootprints,
): Promise<Set<number>> {
  const { finding, history, steps } = result;
  const all = new Set(steps.keys());
  const { id, evidence } = finding;
  // A hang, an error that nothing handled: it is in the last step of some worker.
  if (id === SETTLES || id === UNCAUGHT) return new Set(lastSteps(result));
  if (evidence === undefined) return all;
  const { at: brokenAt = Infinity } = evidence;
  const sinks = new Set<number>();
  const lastOf = (worker: number, tick: number): void => {
    const last = steps.findLastIndex((step) => step.worker === worker && step.tick < tick);
    if (last >= 0) sinks.add(last);
  };
  const within = (worker: number, start: number, end: number): void => {
    for (const [at, step] of steps.entries())
      if (step.worker === worker && step.tick > start && step.tick < end) sinks.add(at);
  };
  if (evidence.history) {
    for (const { worker, start, end } of history.operations) {
      if (start > brokenAt) continue;
      lastOf(worker, start);
      lastOf(worker, Math.min(end, brokenAt));
      // Who was in the midst of something when it broke: what they did there is the violation itself.
      if (brokenAt !== Infinity && end >= brokenAt) within(worker, start, end);
    }
  }
  for (const [at, { shared }] of steps.entries())
    if (shared?.mode === 'write' && evidence.shared.includes(shared.shared)) sinks.add(at);
  let database = '0';
  for (const command of evidence.commands) {
    if (command[0] === 'SELECT') database = command[1]!;
    await commands.learn(command);
    const looked = commands.of(command, database);
    for (const [at, event] of events.entries()) {
      if (steps[at]!.reply !== undefined && steps[at]!.tick < brokenAt && mayShow(event.footprint, looked))
        sinks.add(at);
    }
  }
  return sinks;
}

/** Could what was looked at be what this step left behind? */
function mayShow(footprint: Footprint, looked: Footprint): boolean {
  if (footprint === 'everything') return true;
  return dependent(
    footprint.filter(({ mode }) => mode !== 'read'),
    looked,
  );
}

function lastSteps({ steps, finding }: FailedResult): number[] {
  const workers = new Set(steps.map(({ worker }) => worker));
  return [...workers].flatMap((worker) => {
    const named = new RegExp(`\\bw${worker}\\b`).test(finding.observed) || worker === 0;
    const last = steps.findLastIndex((step) => step.worker === worker);
    return named ? [last] : [];
  });
}
