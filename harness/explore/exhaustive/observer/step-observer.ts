import type { History } from '../../../check/history.js';
import type { Observer } from '../../../execution/stage/observer.js';
import type { Stage } from '../../../execution/stage/stage.js';
import type { Choice, Decision } from '../../../execution/steps/decision.js';
import type { PerformedStep } from '../../../execution/steps/step.js';
import type { CostLimits, Event } from '../../events/event.js';
import { deadlinesAfterSetup } from '../../footprints/deadlines.js';
import { FootprintTracker } from '../../footprints/tracker.js';
import { Aspects } from './aspects.js';
import { CommandWatch } from './command-watch.js';
import { lensOf } from './lens.js';
import { Observed, type HeldBack } from './observed.js';
import type { Option } from './options.js';
import type { StepTrace } from './traces.js';
import type { Witness } from './witness.js';

/**
 * Turns the decisions and steps of live executions into events: who could do what, and what each step touched once it was
 * done. Who decides, and who learns of the events, is up to those who extend it.
 *
 * @internal
 */
export abstract class StepObserver implements Observer {
  /** Sees all of it, where somebody wants to. */
  witness: Witness | undefined;
  aspects = new Aspects();
  /** How much of that was known when the execution began. */
  known = 0;
  /** In some execution a timer did not fire early, since the limit of such was used up, or since it is one of a client. */
  heldBack: HeldBack = { own: false, clients: false };
  /** Keys that had a deadline after the setup; undefined before the first execution. */
  deadlines: ReadonlySet<string> | 'any' | undefined;
  #now!: Observed;

  /** @param limits - faults and early timers at most in one execution */
  constructor(
    readonly limits: CostLimits,
    readonly commands = new CommandWatch(),
  ) {}

  /** Decides what comes next. @returns undefined to give the execution up */
  protected abstract choose(decision: Decision): Choice | undefined;

  /** This has happened. */
  protected abstract happened(event: Event): void;

  /** Knows what another one knows. */
  follow({ aspects, deadlines }: StepObserver): void {
    this.deadlines = deadlines;
    this.aspects = new Aspects(aspects.save());
    this.known = this.aspects.size;
    this.heldBack = { own: false, clients: false };
  }

  /** What it knows of the execution that runs, or of the last one. */
  get now(): Observed {
    return this.#now;
  }

  /** What was chosen to come next; undefined where that is no choice of the search. */
  get chosen(): Option | undefined {
    return this.#now.chosen;
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
    const choice = this.choose(decision);
    if (this.witness === undefined || choice === undefined) return choice;
    return this.witness.chosen(this.#now.tries ? undefined : this.chosen)?.then(() => choice) ?? choice;
  }

  performed(step: PerformedStep): Promise<void> | undefined {
    const now = this.#now;
    const { chosen } = now;
    // What happens after everything else was decided is no choice of the search.
    if (chosen === undefined) return undefined;
    this.witness?.stepped(step);
    const trace = now.footprints.of(chosen, step);
    return trace instanceof Promise
      ? trace.then((left) => this.#left(chosen, left))
      : this.#left(chosen, trace);
  }

  /** @param trace - what the step left behind */
  #left(chosen: Option, { footprint, woke }: StepTrace): Promise<void> | undefined {
    const now = this.#now;
    if (now.tries) return undefined;
    if (woke && footprint !== 'everything') this.aspects.shareMemory();
    now.performed(chosen, footprint);
    const done = now.settled({ ...chosen.event, footprint });
    this.happened(done);
    return this.witness?.performed(done);
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
}
