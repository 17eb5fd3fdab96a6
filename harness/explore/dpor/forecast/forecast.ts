import { defined } from '../../../base/defined.js';
import type { Event, CostLimits, Point } from '../../events/event.js';
import { countClasses } from './class-count.js';
import { KnownSteps, type KnownStep, type SavedSteps } from './known-steps.js';
import { StepModel, type ModelState, type Weighted } from './step-model.js';

/** Executions before the first forecast. The next ones come when there are twice as many, so that they cost little. */
const FIRST = 16;
/** Executions from which on it matters most how wrong the forecast was for what has been run since. */
const TRUSTED = 10;

/** Steps at most in the model; the tables of what they have to do with one another grow with their square. */
const STEPS_MAX = 2000;

/** A `Forecast` as data. @internal */
export interface SavedForecast {
  readonly steps: SavedSteps;
  readonly due: number;
  readonly total?: number;
}

/** A point on the path of a search, as far as a forecast wants to know. @internal */
export interface SearchedNode {
  /** What need not be tried here: what was, further up; behind it the branches that were finished here. */
  readonly sleep: readonly Event[];
  readonly chosen: Event;
  /** Branches that were finished here. */
  readonly done: number;
}

/**
 * Foretells how many executions an exhaustive search will take. The branches that a search knows of say little about
 * that: at first most are not planned yet, and they differ in size. But what steps there are, and which depend on which,
 * shows in the first executions. So what is left is counted in a model made of these steps (`countClasses`). The same
 * count for the branches that are done is compared with what they took, and what is left is corrected by that.
 *
 * Nothing is foretold where keys expire: whether that is possible, and what it holds up, is not in the model.
 *
 * It is right for workers that always do the same, whatever they are told; what a step may lead to and has not yet
 * been seen is missing, and what it depends on is guessed. It is a function of the executions and nothing else.
 *
 * @internal
 */
export class Forecast {
  readonly #steps: KnownSteps;
  #due = FIRST;
  #total: number | undefined;

  constructor(readonly limits: CostLimits) {
    this.#steps = new KnownSteps(limits);
  }

  /** Executions in all; undefined before there is enough to go by. */
  get total(): number | undefined {
    return this.#total;
  }

  /**
   * Takes note of an execution.
   *
   * @param end - what was possible at its end; undefined where that is not known
   * @param from - the first step that was not run before
   */
  learn(points: readonly Point[], end: readonly Event[] | undefined, from: number): void {
    if (this.#steps.steps.size <= STEPS_MAX) this.#steps.learn(points, end, from);
  }

  /**
   * Looks ahead, now and then.
   *
   * @param path - where the search goes on
   * @param points - the execution that it comes from
   * @param executions - so far
   */
  look(path: readonly SearchedNode[], points: readonly Point[], executions: number): void {
    // An execution that was given up at once does not show what is possible where the search goes on.
    if (executions < this.#due || path.length === 0 || points.length < path.length) return;
    this.#due = executions * 2;
    const { steps } = this.#steps;
    this.#total = undefined;
    if (steps.size > STEPS_MAX || comeAndGo(steps)) return;
    const model = new StepModel(steps, this.limits);
    const { done, left } = branchesOf(model, path, points);
    const correction = (executions + TRUSTED) / (countClasses(model, done) + TRUSTED);
    this.#total = Math.round(executions + countClasses(model, left) * correction);
  }

  /** A copy as data. */
  save(): SavedForecast {
    return { steps: this.#steps.save(), due: this.#due, ...defined({ total: this.#total }) };
  }

  /** Goes on from what was saved. */
  restore({ steps, due, total }: SavedForecast): void {
    this.#steps.restore(steps);
    this.#due = due;
    this.#total = total;
  }
}

function comeAndGo(steps: ReadonlyMap<string, KnownStep>): boolean {
  return [...steps.values()].some(({ event }) => event.fleeting === true);
}

/** Where the branches begin that are done, and those that are left, planned or not; by how many steps lead there. */
function branchesOf(
  model: StepModel,
  path: readonly SearchedNode[],
  points: readonly Point[],
): Record<'done' | 'left', Weighted[][]> {
  const done: Weighted[][] = [[]];
  const left: Weighted[][] = [[]];
  let state: ModelState = model.root(optionsAt(points, 0));
  for (const [at, node] of path.entries()) {
    const first = node.sleep.length - node.done;
    const sleep = model.numbers(node.sleep.slice(0, first));
    const [chosen] = model.numbers([node.chosen]);
    const finished = node.sleep.slice(first).flatMap((event) => model.numbers([event]));
    const known = new Set([...sleep, ...finished, chosen!]);
    const others = state.pending.filter((step) => !known.has(step) && model.enabled(state, step));
    done.push([]);
    left.push([]);
    for (const step of [...finished, chosen!, ...others]) {
      const next = model.next(state, step, sleep);
      if (finished.includes(step)) done[at + 1]!.push(...next);
      else if (step !== chosen || at === path.length - 1) left[at + 1]!.push(...next);
      sleep.push(step);
    }
    if (at < path.length - 1) state = model.after(state, chosen!, optionsAt(points, at + 1));
  }
  return { done, left };
}

function optionsAt(points: readonly Point[], at: number): Event[] {
  const { options, waiting } = points[at]!;
  return [...options, ...waiting];
}
