import type { Bounds, IdleFault, Verdict } from '../explore/verdict.js';
import { classesText, sampledText } from './sampled.js';
import { count, grouped, harmless, listed } from './text.js';

/** How far an exploration went. */
export type Explored = Partial<Pick<Verdict, 'workers'>> &
  Pick<
    Verdict,
    'kind' | 'executions' | 'complete' | 'bounds' | 'capped' | 'strategy' | 'sampling' | 'idleFaults'
  >;

/** What was explored, and what that says: a search that stopped early never sounds like a proof. */
export function exploredText(explored: Explored): string {
  return [coverageText(explored), ...(explored.idleFaults ?? []).map(idleText)].join('; ');
}

/** `refuse-connect never had anything to strike at: it needs a reconnect, …`. */
function idleText({ fault, needs }: IdleFault): string {
  const [name, aim] = typeof fault === 'string' ? [fault, undefined] : [fault.kind, fault.at];
  const words = Object.entries(aim ?? {}).map(([part, value]) => `${part} ${harmless(String(value))}`);
  const at = words.length === 0 ? '' : ` (${words.join(', ')})`;
  return `${name}${at} never had anything to strike at: it needs ${needs}`;
}

function coverageText(explored: Explored): string {
  const { sampling } = explored;
  if (sampling === undefined) return scopeText(explored);
  const found = explored.kind === 'breaks' || explored.kind === 'hangs';
  // What might still be found is of interest as long as nothing was.
  const sampled = found ? `hit by ${sampling.current}, ${classesText(sampling)}` : sampledText(sampling);
  return `${scopeText(explored)}; ${sampled}`;
}

function scopeText(explored: Explored): string {
  const { kind, executions, complete, bounds, capped, strategy, workers } = explored;
  const within = boundsText(bounds);
  const runs = count(executions, 'execution');
  // Only the exhaustive search counts executions that differ in the order of independent steps as one.
  const distinct = strategy === 'exhaustive' ? count(executions, 'distinct interleaving') : runs;
  const all = workers === undefined ? distinct : `${distinct} of ${count(workers, 'worker')}`;
  const found = kind === 'breaks' || kind === 'hangs';
  const scope = complete
    ? `all ${all} with ${within}`
    : found
      ? `${runs} with ${within}, up to the first finding`
      : `${runs} with ${within}, not all there are (${strategy})`;
  return capped === 0
    ? scope
    : `${scope}; ${grouped(capped)} of them reached the step limit, so their end is unknown`;
}

/** `at most 2 preemptions and 1 fault`; a strategy without such a bound has none to name. */
export function boundsText({ preemptions, faults, delays, alike }: Bounds): string {
  const most = [
    ...(preemptions === undefined ? [] : [count(preemptions, 'preemption')]),
    ...(delays === undefined || delays === 0 ? [] : [count(delays, 'early timer')]),
    ...(faults === 0 ? [] : [count(faults, 'fault')]),
  ];
  const none = [...(delays === 0 ? ['early timer'] : []), ...(faults === 0 ? ['fault'] : [])];
  const bounds = [
    ...(most.length === 0 ? [] : [`at most ${listed(most)}`]),
    ...none.map((name) => `no ${name}`),
  ];
  return `${listed(bounds)}${alike === true ? ', who is who aside' : ''}`;
}
