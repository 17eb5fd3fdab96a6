import { eventsDependent, type Event, type Limits, type Point, type Trace } from '../event.js';
import { copyWakeups, planOf, type Part } from '../exhaustive/parts.js';
import { Forecast, type SavedForecast } from './forecast.js';
import { DivergenceError, type Ending, type Search, type SearchCounts } from './search.js';
import { leaves, type Wakeup } from './wakeup-tree.js';

/** A point on the path that is being explored. */
export interface Node {
  /** What need not be tried here: it was, here or further up, and nothing since then depends on it. */
  sleep: Event[];
  /** What is still to be run from here, besides `chosen`. */
  readonly wakeup: Wakeup[];
  chosen: Event;
  /** Branches that were finished here. */
  done: number;
}

interface State {
  readonly path: Node[];
  /** The rest of the wakeup sequence that the next execution follows. */
  readonly ahead: Wakeup[];
  readonly started: boolean;
  readonly counts: Omit<SearchCounts, 'pending'>;
  readonly forecast: SavedForecast;
}

/**
 * What depth-first searches with sleep sets have in common (Godefroid, LNCS 1032, 1996): the path that is being
 * explored, what sleeps at each of its points, and what is still to be run from there. They differ in what they
 * plan to run. Iterative, one execution at a time.
 *
 * Steps may cease to be possible: what sleeps and is not possible any more is forgotten, and so is what was planned for a
 * point at which it turns out not to be possible (`fleeting`). The footprint of a step is
 * what it turned out to be where it ran. Executions that a step limit cut are not whole, but their races count.
 */
export abstract class TreeSearch implements Search {
  abstract readonly name: string;
  /** Skip what sleeps. */
  readonly sleepSets: boolean = true;
  #path: Node[] = [];
  #ahead: Wakeup[] = [];
  #started = false;
  /** Nodes up to this one are not gone back to. */
  #floor = -1;
  #maximal = 0;
  #capped = 0;
  #redundant = 0;
  readonly #forecast: Forecast;
  /** Where the execution leaves what was run before. */
  #fresh = 0;
  // The execution that is running.
  #points: Point[] = [];
  #options: readonly Event[] = [];
  #waiting: readonly Event[] = [];
  #sleep: Event[] = [];
  #follow: Wakeup[] = [];

  constructor(readonly limits: Limits) {
    this.#forecast = new Forecast(limits);
  }

  get complete(): boolean {
    return this.#started && this.#path.length === 0;
  }

  /** The name of the execution that was started. */
  get plan(): string {
    return planOf(this.#path, this.#ahead);
  }

  /** The steps that the next execution begins with, by their keys. */
  get keys(): string[] {
    return this.#path.map(({ chosen }) => chosen.key);
  }

  /** What lies below the last step of the path. */
  current(): Part {
    return this.#part(this.#path.length - 1);
  }

  /** What is left of the part that was entered. */
  get rest(): Part {
    return this.#part(this.#floor);
  }

  #part(floor: number): Part {
    const path = this.#path.map(({ sleep, wakeup, chosen, done }, at) => ({
      sleep: at > floor || at === this.#path.length - 1 ? [...sleep] : [],
      wakeup: at > floor ? copyWakeups(wakeup) : [],
      chosen,
      done,
    }));
    return { path, ahead: copyWakeups(this.#ahead), floor };
  }

  /** Branches that wait to be run, in their order. */
  *branches(): Generator<{ readonly wakeup: Wakeup; readonly part: () => Part }> {
    for (let floor = this.#path.length - 1; floor >= 0; floor--) {
      for (const [nth, wakeup] of this.#path[floor]!.wakeup.entries())
        yield { wakeup, part: () => this.#branch(floor, nth) };
    }
  }

  /** A branch as it will be when its turn comes, unless it grows before. */
  #branch(floor: number, nth: number): Part {
    const { sleep, wakeup, chosen } = this.#path[floor]!;
    const { event, children } = wakeup[nth]!;
    const before = [chosen, ...wakeup.slice(0, nth).map((other) => other.event)];
    const path: Node[] = this.#path
      .slice(0, floor)
      .map((node) => ({ sleep: [], wakeup: [], chosen: node.chosen, done: 0 }));
    path.push({ sleep: [...sleep, ...before], wakeup: [], chosen: event, done: 0 });
    return { path, ahead: copyWakeups(children), floor };
  }

  /** Explores this part, and nothing else. */
  enter({ path, ahead, floor }: Part): void {
    this.#path = path.map(({ sleep, wakeup, chosen, done }) => ({
      sleep: [...sleep],
      wakeup: copyWakeups(wakeup),
      chosen,
      done,
    }));
    this.#ahead = copyWakeups(ahead);
    this.#floor = floor;
    this.#started = true;
  }

  get counts(): SearchCounts {
    let pending = this.#started ? 0 : 1;
    for (const { wakeup } of this.#path) pending += leaves(wakeup);
    // The branch that comes next has left its wakeup tree already.
    if (this.#path.length > 0) pending += Math.max(1, leaves(this.#ahead));
    return { maximal: this.#maximal, capped: this.#capped, redundant: this.#redundant, pending };
  }

  get estimate(): number | undefined {
    const done = this.#executions;
    if (this.complete) return done;
    const { total } = this.#forecast;
    // What is known to be left is a bound, the forecast is none.
    return total === undefined ? undefined : Math.max(done + this.counts.pending, total);
  }

  get #executions(): number {
    return this.#maximal + this.#capped + this.#redundant;
  }

  start(): boolean {
    if (this.complete) return false;
    this.#started = true;
    this.#fresh = Math.max(0, this.#path.length - 1);
    this.#points = [];
    this.#sleep = [];
    this.#follow = this.#ahead;
    return true;
  }

  choose(options: readonly Event[], waiting: readonly Event[] = []): number | undefined {
    const depth = this.#points.length;
    this.#options = options;
    this.#waiting = waiting;
    const known = this.#path[depth];
    if (known !== undefined) {
      this.#sleep = known.sleep;
      return this.#isPossible(known.chosen) ? this.#find(known.chosen) : undefined;
    }
    const possible = new Set(options.map(({ key }) => key));
    const sleep = this.#sleep.filter(({ key }) => possible.has(key));
    const [next, ...others] = this.#follow.filter(({ event }) => this.#isPossible(event));
    const asleep = new Set(sleep.map(({ key }) => key));
    const at = next === undefined ? options.findIndex(({ key }) => !asleep.has(key)) : this.#find(next.event);
    if (at < 0) return undefined;
    const node: Node = { sleep, wakeup: others, chosen: options[at]!, done: 0 };
    if (next === undefined) this.open(node, options);
    this.#path.push(node);
    this.#sleep = sleep;
    this.#follow = next?.children ?? [];
    return at;
  }

  performed(event: Event): void {
    this.#points.push({ options: this.#options, waiting: this.#waiting, event });
    const node = this.#path[this.#points.length - 1]!;
    node.chosen = event;
    this.#sleep = this.sleepSets ? node.sleep.filter((sleeper) => !eventsDependent(sleeper, event)) : [];
  }

  finish(ending: Ending, left?: readonly Event[]): void {
    if (ending === 'maximal') this.#maximal += 1;
    else if (ending === 'capped') this.#capped += 1;
    else this.#redundant += 1;
    const end = left ?? (ending === 'maximal' ? [] : this.#options);
    this.learn({ points: this.#points, left: end }, this.#path);
    // Whoever explores a part does not know the whole.
    const whole = this.#floor < 0;
    if (whole) this.#forecast.learn(this.#points, ending === 'maximal' ? [] : undefined, this.#fresh);
    this.#backtrack();
    if (whole) this.#forecast.look(this.#path, this.#points, this.#executions);
    this.#points = [];
    this.#options = [];
  }

  save(): State {
    return structuredClone({
      path: this.#path,
      ahead: this.#ahead,
      started: this.#started,
      counts: { maximal: this.#maximal, capped: this.#capped, redundant: this.#redundant },
      forecast: this.#forecast.save(),
    });
  }

  restore(state: unknown): void {
    const { path, ahead, started, counts, forecast } = structuredClone(state) as State;
    this.#path = path;
    this.#ahead = ahead;
    this.#started = started;
    this.#maximal = counts.maximal;
    this.#capped = counts.capped;
    this.#redundant = counts.redundant;
    this.#forecast.restore(forecast);
  }

  /** Plans at a point that is seen for the first time and where no plan leads on. */
  protected open(_node: Node, _options: readonly Event[]): void {
    // Nothing beyond the step chosen.
  }

  /** Plans after an execution, in the nodes that it went through. */
  protected learn(_trace: Trace, _path: readonly Node[]): void {
    // Nothing.
  }

  /** Is it possible here, as planned? Only for some steps nobody can tell before. */
  #isPossible({ key, fleeting }: Event): boolean {
    return fleeting !== true || this.#options.some((option) => option.key === key);
  }

  #find({ key, label }: Event): number {
    const at = this.#options.findIndex((option) => option.key === key);
    const found = this.#options[at];
    if (found?.label === label) return at;
    const there = found === undefined ? this.#options.map((option) => option.label).join(' | ') : found.label;
    throw new DivergenceError(this.#points.length + 1, label, there);
  }

  /** Goes up to the last point with something left to run, and takes the first of that. */
  #backtrack(): void {
    this.#ahead = [];
    for (let node = this.#path.at(-1); node !== undefined; node = this.#path.at(-1)) {
      if (this.#path.length <= this.#floor + 1) {
        this.#path = [];
        return;
      }
      node.sleep.push(node.chosen);
      node.done += 1;
      const next = node.wakeup.shift();
      if (next !== undefined) {
        node.chosen = next.event;
        this.#ahead = next.children;
        return;
      }
      this.#path.pop();
    }
  }
}
