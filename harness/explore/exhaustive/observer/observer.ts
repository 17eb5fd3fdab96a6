import type { History } from '../../../check/history.js';
import type { Environment } from '../../../execution/host/environment.js';
import type { Observer } from '../../../execution/stage/observer.js';
import type { Stage } from '../../../execution/stage/stage.js';
import type { Choice, Decision } from '../../../execution/steps/decision.js';
import type { Move } from '../../../execution/steps/move.js';
import type { PerformedStep } from '../../../execution/steps/step.js';
import { areAlike } from '../../../scenario/recast.js';
import { Lineup } from '../../dpor/lineup.js';
import type { Divisible } from '../../dpor/part.js';
import type { Search } from '../../dpor/search.js';
import type { CostLimits, Event } from '../../events/event.js';
import type { KnownShapes } from '../../events/known-shapes.js';
import { deadlinesAfterSetup } from '../../footprints/deadlines.js';
import { FootprintTracker } from '../../footprints/tracker.js';
import { Aspects, type SavedAspect } from './aspects.js';
import { CommandWatch } from './command-watch.js';
import { lensOf } from './lens.js';
import { OptionReader, type Option } from './options.js';
import { Patience } from './patience.js';
import { StepFootprints } from './step-footprints.js';
import { TimeWatch } from './time-watch.js';
import type { Witness } from './witness.js';

/** What did not happen because of the limits of a search. @internal */
export interface HeldBack {
  /** An early timer, since its worker had as many as it may. */
  readonly own: boolean;
  /** An early timeout or pause of a client. */
  readonly clients: boolean;
}

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
  /** Events of the execution that runs, or of the last one. */
  events: Event[] = [];
  /** Something came after all that was taken for the end, and was not explored. */
  strayed = false;
  /** Keys that had a deadline after the setup; undefined before the first execution. */
  deadlines: ReadonlySet<string> | 'any' | undefined;
  // The execution that runs.
  #stage!: Stage;
  #reader!: OptionReader;
  #footprints!: StepFootprints;
  #time!: TimeWatch;
  #patience!: Patience;
  /** What happens now only shows whether a loop ends. */
  #tries = false;
  #lineup: Lineup | undefined;
  /** Early timers so far, by worker. */
  readonly #spent = new Map<number, number>();
  #options: Option[] = [];
  /** What was chosen to come next; undefined where that is no choice of the search. */
  chosen: Option | undefined;
  /** Nothing is left but timers of workers that have ended. */
  #tail = false;

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
    return this.#lineup !== undefined;
  }

  /** What could still have happened when the execution was cut short. */
  get left(): Event[] {
    return this.#options.map(({ event }) => event);
  }

  async begin(stage: Stage): Promise<void> {
    const commands = this.commands.begin(stage.environment);
    // The setup does the same in every execution.
    if (this.deadlines === undefined) await this.#prepare(stage);
    const tracker = new FootprintTracker(commands, this.deadlines!, !this.aspects.time);
    this.#stage = stage;
    stage.watches = (name) => this.commands.behind(name);
    this.#patience = new Patience(stage, this.aspects);
    this.#tries = false;
    this.#reader = new OptionReader(stage, tracker, this.limits, this.aspects.memory, this.#patience);
    this.#footprints = new StepFootprints(stage, this.commands, tracker, this.#reader, this.aspects);
    this.#time = new TimeWatch(stage, tracker, this.aspects);
    const numbers = stage.workers.map(({ flow }) => flow.worker);
    this.#lineup = this.limits.fault <= 1 && areAlike(stage.scenario) ? new Lineup(numbers) : undefined;
    this.#spent.clear();
    this.chosen = undefined;
    this.#tail = false;
    this.strayed = false;
    this.events = [];
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
    return this.witness.chosen(this.#tries ? undefined : this.chosen)?.then(() => choice) ?? choice;
  }

  async performed(step: PerformedStep): Promise<void> {
    const chosen = this.chosen;
    // What happens after everything else was decided is no choice of the search.
    if (chosen === undefined) return;
    const { event } = chosen;
    this.witness?.stepped(step);
    const { footprint, woke } = await this.#footprints.of(chosen, step);
    if (this.#tries) return;
    if (woke && footprint !== 'everything') this.aspects.shareMemory();
    if (event.cost === 'delay') this.#spent.set(event.worker, (this.#spent.get(event.worker) ?? 0) + 1);
    this.#time.performed(chosen, footprint);
    const done = this.#settled({ ...event, footprint });
    this.events.push(done);
    this.search.performed(done);
    await this.witness?.performed(done);
  }

  lens(_history: History, invariant: string): History {
    return lensOf(this.#stage, this.aspects, invariant, this.witness?.judges(invariant));
  }

  /** The execution is over: what comes now is the setup of the next one. */
  ended(): void {
    this.#stage.environment.onInspected = undefined;
    this.#time.ended();
  }

  /** Takes note of what the limits forbade. */
  addHeldBack({ own, clients }: HeldBack): void {
    this.heldBack = { own: this.heldBack.own || own, clients: this.heldBack.clients || clients };
  }

  /** Gives back what it holds on the server. */
  close(): Promise<void> {
    return this.commands.close();
  }

  #choose(decision: Decision): Choice | undefined {
    const { waits, tried, learnt } = this.#patience.at(decision);
    if (learnt) return undefined;
    const possible = this.#reader.read(decision, this.#spent);
    if (tried !== undefined) {
      this.#tries = true;
      this.chosen = possible.find(({ move, fault }) => move === tried && fault === undefined);
      return decision.moves.indexOf(tried);
    }
    const options =
      waits.size === 0
        ? possible
        : possible.filter(({ move, fault }) => !waits.has(move) || fault !== undefined);
    this.#options = options;
    this.#noteHeldBack(decision, possible);
    this.#time.offered(options);
    if (options.length === 0 || this.#tail) {
      // Only timers of workers that have ended are left, and the limit of such is used up: they fire in their order.
      this.#tail = true;
      this.strayed ||= options.length > 0;
      this.chosen = undefined;
      return 0;
    }
    this.#options = this.#time.worthwhile(options);
    const waiting = this.#standInLine(this.#options);
    const at = this.#options.length === 0 ? undefined : this.search.choose(this.left, waiting);
    if (at === undefined) return undefined;
    this.chosen = this.#options[at]!;
    return this.chosen.choice;
  }

  #noteHeldBack({ moves, faults }: Decision, options: readonly Option[]): void {
    if (options.length === moves.length + faults.length) return;
    const offered = new Set(options.map(({ move }) => move));
    const left = moves.filter((move) => move.early !== undefined && !offered.has(move));
    const isClients = ({ early }: Move): boolean => early === 'client' && this.limits.clientTimers !== true;
    this.addHeldBack({ own: left.some((move) => !isClients(move)), clients: left.some(isClients) });
  }

  /** Takes from the options what is to wait for another worker that is like its own. @returns that */
  #standInLine(options: readonly Option[]): Event[] {
    if (this.#lineup === undefined) return [];
    const standings = this.#lineup.admit(options.map(({ event }) => event));
    this.#options = options.flatMap((option, at) => {
      const { event, when } = standings[at]!;
      return when === 'now' ? [{ ...option, event }] : [];
    });
    return standings.filter(({ when }) => when === 'later').map(({ event }) => event);
  }

  /** The event, with the places in the line of workers that are settled by it. */
  #settled(event: Event): Event {
    if (this.#lineup === undefined) return event;
    const ended = this.#stage.workers.filter(({ status }) => status !== 'running');
    return this.#lineup.performed(
      event,
      ended.map(({ flow }) => flow.worker),
    );
  }
}
