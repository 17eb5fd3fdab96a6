import { expect, test } from 'vitest';
import type { Event } from '../events/event.js';
import { classOf } from '../sampling/classes.js';
import { drive } from '../testing/drive.js';
import { Machine, modelOf, type Model } from '../testing/machine.js';
import { ORACLES } from '../testing/programs.js';
import type { TreePoint } from './execution-tree.js';
import { sameAs, type RunExecution } from './same-as.js';
import { WatchedSearch } from './watched-search.js';

/** All that a search ran of a model, and its tree. */
function explored(model: Model): { root: TreePoint; runs: RunExecution[] } {
  const search = new WatchedSearch({ fault: model.budget, delay: 0 });
  let execution = 0;
  const note = (same: typeof search): typeof search => {
    same.note({ execution: (execution += 1), kind: 'passes', what: '', tape: 'calm', steps: 0 });
    return same;
  };
  drive(model, search, { between: () => note(search) });
  const runs: RunExecution[] = [];
  collect(search.root!, [], runs);
  return { root: search.root!, runs };
}

function collect({ taken }: TreePoint, prefix: readonly Event[], runs: RunExecution[]): void {
  for (const { event, leaf, point } of taken.values()) {
    const events = [...prefix, event];
    if (leaf !== undefined) runs.push({ execution: leaf.execution, events });
    if (point !== undefined) collect(point, events, runs);
  }
}

/** The classes of all executions that begin with these steps, each of them run. */
function classesFrom(model: Model, keys: readonly string[]): Set<string> {
  const classes = new Set<string>();
  const open: string[][] = [[...keys]];
  for (let way = open.pop(); way !== undefined; way = open.pop()) {
    const machine = new Machine(model);
    const events = way.map((key) => machine.perform(machine.options.findIndex((one) => one.key === key)));
    if (machine.options.length === 0) classes.add(classOf(events));
    for (const { key } of machine.options) open.push([...way, key]);
  }
  return classes;
}

const small = ORACLES.filter(({ interleavings = Infinity }) => interleavings <= 400);
const cases = [
  ...small.map(({ program }) => [program.name, modelOf(program)] as const),
  ...small
    .slice(0, 4)
    .map(({ program }) => [`${program.name}, a fault`, modelOf(program, ['lost', 'crash'], 1)] as const),
];

test.each(cases)('every branch of %s that was not taken is the same as what was run', (_, model) => {
  const { root, runs } = explored(model);
  const known = new Map(runs.map(({ execution, events }) => [execution, classOf(events)]));
  const classes = new Set(known.values());
  const open: [TreePoint, Event[]][] = [[root, []]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [point, prefix] = next;
    for (const { event, point: below } of point.taken.values())
      if (below !== undefined) open.push([below, [...prefix, event]]);
    for (const option of point.options) {
      if (point.taken.has(option.key)) continue;
      const wanted = [...prefix, option];
      const really = classesFrom(
        model,
        wanted.map(({ key }) => key),
      );
      for (const one of really) expect(classes).toContain(one);
      // What is named is one of these, and one can always be named.
      const named = runs.flatMap((run) => sameAs(wanted, run)?.execution ?? []);
      expect(named.length).toBeGreaterThan(0);
      for (const one of named) expect(really).toContain(known.get(one));
      // What sleeps was tried; what was planned was run.
      expect(point.planned.size).toBe(0);
    }
  }
});
