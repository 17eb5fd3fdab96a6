import { eventsDependent, type Event, type CostLimits, type Point, type Trace } from '../events/event.js';
import { DivergenceError } from './divergence.js';
import { Forecast } from './forecast/forecast.js';
import {
  copyPath,
  partBelow,
  planOf,
  waitingBranches,
  type Divisible,
  type Part,
  type PathNode,
  type WaitingBranch,
} from './part.js';
import type { Ending, SavedTree, Search, SearchCounts } from './search.js';
import { copyWakeups, leaves, withoutHeard, type Wakeup } from './wakeup-tree.js';

/**
 * What depth-first searches with sleep sets have in common (Godefroid, LNCS 1032, 1996): the path that is being
 * explored, what sleeps at each of its points, and what is still to be run from there. They differ in what they
 * plan to run. Iterative, one execution at a time.
 *
 * Steps may cease to be possible: what sleeps and is not possible any more is forgotten, and so is what was planned for a
 * point at which it turns out not to be possible (`fleeting`). The footprint of a step is
 * what it turned out to be where it ran. Executions that a step limit cut are not whole, but their races count.
 *
 * @internal
 */
export abstract class TreeSearch implements Search, Divisible {
  abstract readonly name: string;
  /** Skip what sleeps. */
  readonly sleepSets: boolean = true;
  #path: PathNode[] = [];
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
  protected points: Point[] = [];
  #options: readonly Event[] = [];
  #waiting: readonly Event[] = [];
  #sleep: Event[] = [];
  #follow: Wakeup[] = [];
  /** The step that was chosen, as it was planned. */
  #planned: Event | undefined;
  /** What is to be heard as soon as it can be. */
  #hearing: string | undefined;

  constructor(readonly limits: CostLimits) {
    this.#forecast = new Forecast(limits);
  }

  get complete(): boolean {
    return this.#started && this.#path.length === 0;
  }

  get plan(): string {
    return planOf(this.#path, this.#ahead);
  }

  get keys(): string[] {
    return this.#path.map(({ chosen }) => chosen.key);
  }

  current(): Part {
    return partBelow(this.#path, this.#ahead, this.#path.length - 1);
  }

  /** What is left of the part that was entered. */
  get rest(): Part {
    return partBelow(this.#path, this.#ahead, this.#floor);
  }

  branches(): Iterable<WaitingBranch> {
    return waitingBranches(this.#path);
  }

  /** Explores this part, and nothing else. */
  enter({ path, ahead, floor }: Part): void {
    this.#path = copyPath(path);
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
    this.points = [];
    this.#sleep = [];
    this.#hearing = undefined;
    this.#follow = this.#ahead;
    return true;
  }

  resume(points: readonly Point[]): void {
    if (points.length > Math.max(0, this.#path.length - 1))
      throw new Error('the execution leaves the path here');
    for (const [at, { event }] of points.entries()) this.#path[at]!.chosen = event;
    this.points.push(...points);
  }

  choose(options: readonly Event[], waiting: readonly Event[] = []): number | undefined {
    const depth = this.points.length;
    this.#options = options;
    this.#waiting = waiting;
    const known = this.#path[depth];
    if (known !== undefined) {
      this.#sleep = known.sleep;
      this.#planned = known.chosen;
      return this.#isPossible(known.chosen) ? this.#find(known.chosen) : undefined;
    }
    const possible = new Set(options.map(({ key }) => key));
    const sleep = this.#sleep.filter(({ key }) => possible.has(key));
    const [next, ...others] = this.#plan(options, possible);
    const asleep = new Set(sleep.map(({ key }) => key));
    const at = next === undefined ? options.findIndex(({ key }) => !asleep.has(key)) : this.#find(next.event);
    if (at < 0) return undefined;
    const node: PathNode = { sleep, wakeup: others, chosen: options[at]!, done: 0 };
    if (next === undefined) this.open(node, options);
    this.#path.push(node);
    this.#sleep = sleep;
    this.#follow = next?.children ?? [];
    this.#planned = next?.event ?? options[at];
    return at;
  }

  performed(event: Event): void {
    this.points.push({ options: this.#options, waiting: this.#waiting, event });
    const node = this.#path[this.points.length - 1]!;
    if (this.#planned?.heardIn === undefined && event.heardIn !== undefined) this.#hearing = event.heardIn;
    node.chosen = event;
    this.#sleep = this.sleepSets ? node.sleep.filter((sleeper) => !eventsDependent(sleeper, event)) : [];
  }

  finish(ending: Ending, left?: readonly Event[]): void {
    if (ending === 'maximal') this.#maximal += 1;
    else if (ending === 'capped') this.#capped += 1;
    else this.#redundant += 1;
    const end = left ?? (ending === 'maximal' ? [] : this.#options);
    this.learn({ points: this.points, left: end }, this.#path);
    // Whoever explores a part does not know the whole.
    const whole = this.#floor < 0;
    if (whole) this.#forecast.learn(this.points, ending === 'maximal' ? [] : undefined, this.#fresh);
    this.#backtrack();
    if (whole) this.#forecast.look(this.#path, this.points, this.#executions);
    this.points = [];
    this.#options = [];
  }

  save(): SavedTree {
    return structuredClone({
      path: this.#path,
      ahead: this.#ahead,
      started: this.#started,
      counts: { maximal: this.#maximal, capped: this.#capped, redundant: this.#redundant },
      forecast: this.#forecast.save(),
    });
  }

  restore(state: SavedTree): void {
    const { path, ahead, started, counts, forecast } = structuredClone(state);
    this.#path = [...path];
    this.#ahead = [...ahead];
    this.#started = started;
    this.#maximal = counts.maximal;
    this.#capped = counts.capped;
    this.#redundant = counts.redundant;
    this.#forecast.restore(forecast);
  }

  /** Plans at a point that is seen for the first time and where no plan leads on. */
  protected open(_node: PathNode, _options: readonly Event[]): void {
    // Nothing beyond the step chosen.
  }

  /** Plans after an execution, in the nodes that it went through. */
  protected learn(_trace: Trace, _path: readonly PathNode[]): void {
    // Nothing.
  }

  /** What is to be run from here. What a worker heard at once where it was planned, it hears before all else. */
  #plan(options: readonly Event[], possible: ReadonlySet<string>): readonly Wakeup[] {
    const heard = options.find(({ key }) => key === this.#hearing);
    if (heard === undefined)
      return withoutHeard(this.#follow, possible).filter(({ event }) => this.#isPossible(event));
    this.#hearing = undefined;
    return [{ event: heard, children: [...this.#follow] }];
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
    throw new DivergenceError(this.points.length + 1, label, there);
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
