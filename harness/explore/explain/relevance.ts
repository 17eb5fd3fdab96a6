import { SETTLES, UNCAUGHT, type ExecutionResult } from '../../execution/execution.js';
import type { HappensBefore } from '../dpor/happens-before.js';
import type { Event } from '../event.js';
import { dependent, type Footprint } from '../footprint.js';
import { CommandFootprints } from '../footprints/command-footprints.js';

/**
 * Which steps are causally before the failure: what the broken invariant looked at came about by certain steps; they
 * and everything that happens before them matter, the rest happened to be there as well (as Lamport's order tells
 * them apart; Shuttle proposes to replay a schedule without the rest).
 *
 * @returns for each step whether it is unrelated
 */
export async function unrelatedSteps(
  result: ExecutionResult,
  events: readonly Event[],
  order: HappensBefore,
  commands: CommandFootprints,
): Promise<boolean[]> {
  const { steps } = result;
  const sinks = await sinksOf(result, events, commands);
  let atMs = 0;
  return steps.map(({ fault, atMs: now }, at) => {
    const moved = now !== atMs;
    atMs = now;
    // Time that passed and faults are what a reader looks for, whatever came of them.
    if (moved || fault !== undefined || sinks.has(at)) return false;
    return ![...sinks].some((sink) => at < sink && order.before(at, sink));
  });
}

/** Steps that the failure shows by themselves. */
async function sinksOf(
  result: ExecutionResult,
  events: readonly Event[],
  commands: CommandFootprints,
): Promise<Set<number>> {
  const { finding, history, steps } = result;
  const all = new Set(steps.keys());
  const { id, evidence } = finding!;
  // A hang, an error that nothing handled: it is in the last step of some worker.
  if (id === SETTLES || id === UNCAUGHT) return new Set(lastSteps(result));
  if (evidence === undefined) return all;
  const { at: brokenAt = Infinity } = evidence;
  const sinks = new Set<number>();
  const lastOf = (worker: number, tick: number): void => {
    const last = steps.findLastIndex((step) => step.worker === worker && step.tick < tick);
    if (last >= 0) sinks.add(last);
  };
  if (evidence.history) {
    for (const { worker, start, end } of history.operations) {
      if (start > brokenAt) continue;
      lastOf(worker, start);
      lastOf(worker, Math.min(end, brokenAt));
    }
  }
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

function lastSteps({ steps, finding }: ExecutionResult): number[] {
  const workers = new Set(steps.map(({ worker }) => worker));
  return [...workers].flatMap((worker) => {
    const named = new RegExp(`\\bw${worker}\\b`).test(finding!.observed) || worker === 0;
    const last = steps.findLastIndex((step) => step.worker === worker);
    return named ? [last] : [];
  });
}
