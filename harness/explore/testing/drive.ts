import { classOf } from '../sampling/classes.js';
import { Lineup } from '../dpor/lineup.js';
import type { Search } from '../dpor/search.js';
import type { Event } from '../events/event.js';
import { Machine, type Model } from './machine.js';

/** What a search did on a model. */
export interface Driven {
  readonly maximal: number;
  readonly redundant: number;
  readonly capped: number;
  readonly classes: ReadonlySet<string>;
}

/**
 * Runs a search to its end on a model.
 *
 * @param options.stepsMax - executions that get longer than this are cut
 * @param options.alike - the workers are interchangeable
 * @param options.between - called between two executions; may replace the search
 */
export function drive(
  model: Model,
  search: Search,
  options: {
    stepsMax?: number;
    runsMax?: number;
    alike?: boolean;
    between?: (search: Search) => Search;
  } = {},
): Driven {
  const { stepsMax = 100, runsMax = 100_000, alike = false, between = (same) => same } = options;
  const classes = new Set<string>();
  let runs = 0;
  while (search.start()) {
    if ((runs += 1) > runsMax) throw new Error(`more than ${runsMax} executions`);
    runOnce(model, search, stepsMax, classes, new Lineup(alike ? [...model.workers.keys()] : []));
    search = between(search);
  }
  const { maximal, redundant, capped } = search.counts;
  return { maximal, redundant, capped, classes };
}

function runOnce(model: Model, search: Search, stepsMax: number, classes: Set<string>, lineup: Lineup): void {
  const machine = new Machine(model);
  const events: Event[] = [];
  for (;;) {
    if (machine.options.length === 0) {
      classes.add(classOf(events));
      search.finish('maximal');
      return;
    }
    const standings = lineup.admit(machine.options);
    const options = standings.filter(({ when }) => when === 'now').map(({ event }) => event);
    if (options.length === 0) {
      search.finish('redundant', []);
      return;
    }
    if (events.length >= stepsMax) {
      search.finish('capped', options);
      return;
    }
    const waiting = standings.filter(({ when }) => when === 'later').map(({ event }) => event);
    const index = search.choose(options, waiting);
    if (index === undefined) {
      search.finish('redundant', options);
      return;
    }
    const chosen = options[index]!;
    events.push(machine.perform(standings.findIndex(({ event }) => event === chosen)));
    search.performed(lineup.performed(chosen, machine.ended));
  }
}

/** The classes of all executions of a model, found by running each of them. */
export function bruteForce(
  model: Model,
  limit = 40_000,
): { interleavings: number; classes: ReadonlySet<string> } | undefined {
  const classes = new Set<string>();
  const path: { at: number; of: number }[] = [];
  for (let interleavings = 1; ; interleavings++) {
    if (interleavings > limit) return undefined;
    const machine = new Machine(model);
    const events: Event[] = [];
    while (machine.options.length > 0) {
      const point = path[events.length] ?? { at: 0, of: machine.options.length };
      path[events.length] = point;
      events.push(machine.perform(point.at));
    }
    classes.add(classOf(events));
    while (path.length > 0 && path.at(-1)!.at === path.at(-1)!.of - 1) path.pop();
    const last = path.at(-1);
    if (last === undefined) return { interleavings, classes };
    last.at += 1;
  }
}
