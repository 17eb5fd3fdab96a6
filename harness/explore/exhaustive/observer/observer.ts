import type { History } from '../../../check/history.js';
import type { Environment } from '../../../execution/host/environment.js';
import type { Observer } from '../../../execution/stage/observer.js';
import type { Stage } from '../../../execution/stage/stage.js';
import type { Choice, Decision } from '../../../execution/steps/decision.js';
import type { Move } from '../../../execution/steps/move.js';
import type { PerformedStep } from '../../../execution/steps/step.js';
import type { Divisible } from '../../dpor/part.js';
import type { Search } from '../../dpor/search.js';
import type { CostLimits, Event } from '../../events/event.js';
import type { KnownShapes } from '../../events/known-shapes.js';
import { deadlinesAfterSetup } from '../../footprints/deadlines.js';
import { FootprintTracker } from '../../footprints/tracker.js';
import { Aspects, type SavedAspect } from './aspects.js';
import { CommandWatch } from './command-watch.js';
import { lensOf } from './lens.js';
import { Observed, type HeldBack } from './observed.js';
import type { Option } from './options.js';
import type { Witness } from './witness.js';

/** A search that runs on the real server, parts of it perhaps in other processes. @internal */
export type LiveSearch = Search & Divisible;

/**
 * Turns the decisions and steps of live executions into the events of a search: who could do what, and what each
 * step touched once it was done. It decides as the search says.
 *
 * @internal
 */
export class LiveObserver implements Observer {
  /** Sees all of it, where somebody wants to. */
  witness: Witness | undefined;
  aspects = new Aspects();
  /** How much of that the search knows. */
  known = 0;
  /** In some execution a timer did not fire early, since the limit of such was used up, or since it is one of a client. */
  heldBack: HeldBack = { own: false, clients: false };
  /** Keys that had a deadline after the setup; undefined before the first execution. */
  deadlines: ReadonlySet<string> | 'any' | undefined;
  #now!: Observed;

  /**
   * @param search - is asked what to do next; another one may take its place between two executions
   * @param limits - faults and early timers at most in one execution
   */
  constructor(
    public search: LiveSearch,
    readonly limits: CostLimits,
    readonly commands = new CommandWatch(),
  ) {}

  /** Knows what another one knows. */
  follow({ aspects, deadlines }: LiveObserver): void {
    this.deadlines = deadlines;
    this.aspects = new Aspects(aspects.save());
    this.known = this.aspects.size;
    this.heldBack = { own: false, clients: false };
  }

  /** Do executions that differ only in who is who count as one? */
  get alike(): boolean {
    return this.#now?.lineup !== undefined;
  }

  /** What it knows of the execution that runs, or of the last one. */
  get now(): Observed {
    return this.#now;
  }

  /** Events of the execution that runs, or of the last one. */
  get events(): readonly Event[] {
    return this.#now.events;
  }

  /** What was chosen to come next; undefined where that is no choice of the search. */
  get chosen(): Option | undefined {
    return this.#now.chosen;
  }

  /** Something came after all that was taken for the end, and was not explored. */
  get strayed(): boolean {
    return this.#now.strayed;
  }

  /** What could still have happened when the execution was cut short. */
  get left(): Event[] {
    return this.#now.options.map(({ event }) => event);
  }

  async begin(stage: Stage): Promise<void> {
    const commands = this.commands.begin(stage.environment);
    // The setup does the same in every execution.
    if (this.deadlines === undefined) await this.#prepare(stage);
    const tracker = new FootprintTracker(commands, this.deadlines!, !this.aspects.time);
    stage.watches = (name) => this.commands.behind(name);
    this.#now = new Observed(stage, tracker, this.commands, this.limits, this.aspects);
    this.witness?.began(stage);
  }

  /** Goes on with just this knowledge. */
  enter(control: Environment['control'], aspects: readonly SavedAspect[], shapes: KnownShapes): void {
    this.aspects = new Aspects(aspects);
    this.known = this.aspects.size;
    this.commands.enter(control, shapes);
  }

  async #prepare({ environment, scenario }: Stage): Promise<void> {
    const { control, serverClock } = environment;
    this.deadlines = scenario.setup === undefined ? new Set() : await deadlinesAfterSetup(control);
    // Only a frozen clock keeps deadlines from being reached by themselves.
    const certain = serverClock.mode === 'shim' && this.deadlines !== 'any' && this.deadlines.size === 0;
    if (certain || this.aspects.time) return;
    this.aspects.mindTime();
    this.known = this.aspects.size;
  }

  decide(decision: Decision): Choice | undefined | Promise<Choice | undefined> {
    this.witness?.decides(decision);
    const learnt = this.commands.learn(decision);
    return learnt === undefined ? this.#decided(decision) : learnt.then(() => this.#decided(decision));
  }

  #decided(decision: Decision): Choice | undefined | Promise<Choice | undefined> {
    const choice = this.#choose(decision);
    if (this.witness === undefined || choice === undefined) return choice;
    return this.witness.chosen(this.#now.tries ? undefined : this.chosen)?.then(() => choice) ?? choice;
  }

  async performed(step: PerformedStep): Promise<void> {
    const now = this.#now;
    const { chosen } = now;
    // What happens after everything else was decided is no choice of the search.
    if (chosen === undefined) return;
    const { event } = chosen;
    this.witness?.stepped(step);
    const { footprint, woke } = await now.footprints.of(chosen, step);
    if (now.tries) return;
    if (woke && footprint !== 'everything') this.aspects.shareMemory();
    now.performed(chosen, footprint);
    const done = now.settled({ ...event, footprint });
    now.events.push(done);
    this.search.performed(done);
    await this.witness?.performed(done);
  }

  lens(_history: History, invariant: string): History {
    return lensOf(this.#now.stage, this.aspects, invariant, this.witness?.judges(invariant));
  }

  /** The execution is over: what comes now is the setup of the next one. */
  ended(): void {
    const { stage, time } = this.#now;
    stage.environment.onInspected = undefined;
    time.ended();
  }

  /** Takes note of what the limits forbade. */
  addHeldBack({ own, clients }: HeldBack): void {
    this.heldBack = { own: this.heldBack.own || own, clients: this.heldBack.clients || clients };
  }

  /** Gives back what it holds on the server. */
  close(): Promise<void> {
    return this.commands.close();
  }

  /**
   * Reads what could come next, and asks nobody yet.
   *
   * @param waits - what is left out until there is news
   * @returns false where that is no choice of the search
   */
  offer(decision: Decision, waits?: ReadonlySet<Move>): boolean {
    const isChoice = this.#now.offer(decision, waits);
    this.addHeldBack(this.#now.heldBack);
    return isChoice;
  }

  /** Asks the search which of what was offered comes next. @returns undefined where it gives the execution up */
  pick(): Choice | undefined {
    const now = this.#now;
    const at = now.options.length === 0 ? undefined : this.search.choose(this.left, now.waiting);
    if (at === undefined) return undefined;
    now.chosen = now.options[at]!;
    return now.chosen.choice;
  }

  #choose(decision: Decision): Choice | undefined {
    const now = this.#now;
    const { waits, tried, learnt } = now.patience.at(decision);
    if (learnt) return undefined;
    if (tried !== undefined) {
      now.tries = true;
      const possible = now.reader.read(decision, now.spent);
      now.chosen = possible.find(({ move, fault }) => move === tried && fault === undefined);
      return decision.moves.indexOf(tried);
    }
    return this.offer(decision, waits) ? this.pick() : 0;
  }
}
