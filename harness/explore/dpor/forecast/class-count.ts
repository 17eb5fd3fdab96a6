import { Prng } from '../../../base/prng.js';
import type { ModelState, StepModel, Weighted } from './step-model.js';

/** States of one level that are gone on from at most. */
const BREADTH = 48;

/**
 * Counts the classes of executions that the steps of a model can make, without running any: the leaves of a depth-first
 * search with sleep sets, level by level. States with the same to come and the same asleep are counted as one, with the
 * sum of their weights. Where that leaves more of them than `BREADTH`, some are drawn that stand for the others, so that
 * the count stays right on average (Chen: Heuristic Sampling: A Method for Predicting the Performance of Tree Searching
 * Programs, SIAM Journal on Computing 21, 1992, whose strata these states are); else it is exact, as far as the steps
 * are known.
 *
 * Deviation: the paper draws one node of each stratum. Here all nodes of a stratum are one and the same state, so nothing
 * is drawn within it; strata themselves are drawn, by their weight (systematic sampling), so that no more than `BREADTH`
 * are gone on from.
 *
 * @param starts - states to begin at, by how many steps lead to them
 * @internal
 */
export function countClasses(model: StepModel, starts: readonly (readonly Weighted[])[]): number {
  const prng = new Prng(1);
  let classes = 0;
  let level = new Map<string, [ModelState, number]>();
  // No step is taken twice, so what goes on for longer only seems to.
  const deepest = starts.length + model.size;
  for (let depth = 0; depth < starts.length || (level.size > 0 && depth < deepest); depth++) {
    for (const start of starts[depth] ?? []) merge(level, start);
    const states = drawn([...level.values()], prng);
    level = new Map();
    for (const [state, weight] of states) {
      if (state.pending.length === 0) classes += weight;
      else for (const [below, share] of statesBelow(model, state)) merge(level, [below, weight * share]);
    }
  }
  return classes;
}

function statesBelow(model: StepModel, state: ModelState): Weighted[] {
  const { pending, sleep } = state;
  // What is indifferent comes first, and nothing else does; where it sleeps, all is seen already.
  const first = pending.find((step) => model.enabled(state, step) && model.isIndifferent(state, step));
  if (first !== undefined) return sleep.includes(first) ? [] : model.next(state, first, sleep);
  const asleep = [...sleep];
  const found: Weighted[] = [];
  for (const step of pending) {
    if (sleep.includes(step) || !model.enabled(state, step)) continue;
    found.push(...model.next(state, step, asleep));
    asleep.push(step);
  }
  return found;
}

function merge(level: Map<string, [ModelState, number]>, [state, weight]: Weighted): void {
  const { pending, sleep, spent, settled, situations } = state;
  const ordered = [...situations].sort(([a], [b]) => a - b);
  const parts = [pending, [...sleep].sort((a, b) => a - b), [spent.fault, spent.delay], settled, ordered];
  const name = parts.map((part) => part.join()).join('|');
  const known = level.get(name);
  if (known === undefined) level.set(name, [state, weight]);
  else known[1] += weight;
}

/** Some states that stand for all of them (systematic sampling): the heavier one is, the more often it is drawn. */
function drawn(states: readonly (readonly [ModelState, number])[], prng: Prng): readonly Weighted[] {
  if (states.length <= BREADTH) return states;
  const unit = states.reduce((sum, [, weight]) => sum + weight, 0) / BREADTH;
  let mark = prng.unit() * unit;
  let passed = 0;
  const found: Weighted[] = [];
  for (const [state, weight] of states) {
    passed += weight;
    const times = Math.max(0, Math.ceil((passed - mark) / unit));
    mark += times * unit;
    if (times > 0) found.push([state, times * unit]);
  }
  return found;
}
