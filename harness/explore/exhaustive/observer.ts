import { historyLens } from '../../check/history-lens.js';
import type { History } from '../../check/history.js';
import type { PendingTimer } from '../../clock/virtual-time.js';
import type { Observer } from '../../execution/observer.js';
import type { Environment } from '../../execution/environment.js';
import type { Stage } from '../../execution/stage.js';
import type { Choice, Decision, PendingEvent, PerformedStep } from '../../execution/step.js';
import { Lineup } from '../dpor/lineup.js';
import type { Search } from '../dpor/search.js';
import { areAlike } from '../../scenario.js';
import type { Event, Limits } from '../event.js';
import { dependent, read, union, write, type Footprint } from '../footprint.js';
import { CommandFootprints, type KnownShapes } from '../footprints/command-footprints.js';
import { isScript } from '../footprints/command-rules.js';
import { deadlinesAfterSetup } from '../footprints/deadlines.js';
import { mayLookAtTime } from '../footprints/time-left.js';
import { ScriptMonitor, takeFrom } from '../footprints/script-monitor.js';
import { FootprintTracker, type Call } from '../footprints/tracker.js';
import { CLOCK } from '../resources.js';
import { Aspects } from './aspects.js';
import { broughtBy, callOf, landingOf, latin1 } from './calls.js';
import { OptionReader, type Option } from './options.js';
import { StepTraces } from './traces.js';

/**
 * Turns the decisions and steps of live executions into the events of a search: who could do what, and what each
 * step touched once it was done, as the server says.
 */
export class LiveObserver implements Observer {
  aspects = new Aspects();
  /** How much of that the search knows. */
  known = 0;
  /** In some execution a timer did not fire early, since the limit of such was used up. */
  heldBack = false;
  /** Events of the execution that runs, or of the last one. */
  events: Event[] = [];
  #commands: CommandFootprints | undefined;
  #monitor: ScriptMonitor | undefined;
  #deadlines: ReadonlySet<string> | 'any' | undefined;
  // The execution that runs.
  #stage!: Stage;
  #tracker!: FootprintTracker;
  #reader!: OptionReader;
  #traces!: StepTraces;
  #lineup: Lineup | undefined;
  #chosen: Option | undefined;
  #positionMs = 0;
  /** Keys have expired, and time moves on before anybody could notice. */
  #unnoticed = false;
  /** Timers that could have fired, and did not. */
  readonly #waits = new Set<PendingTimer>();
  /** Something happened that may have moved the clock of the server alone. */
  #jumped = false;
  #spent: { fault: number; delay: number } = { fault: 0, delay: 0 };
  #options: Option[] = [];
  /** Nothing is left but timers of workers that have ended. */
  #tail = false;
  /** Something came after all that was taken for the end, and was not explored. */
  strayed = false;
  /** It had to decide about a command without asking: somebody who knows more may see it otherwise. */
  blind = false;

  constructor(
    public search: Search,
    readonly limits: Limits,
  ) {}

  /** Do executions that differ only in who is who count as one? */
  get alike(): boolean {
    return this.#lineup !== undefined;
  }

  /** What could still have happened when the execution was cut short. */
  get left(): Event[] {
    return this.#options.map(({ event }) => event);
  }

  async begin(stage: Stage): Promise<void> {
    const { control } = stage.environment;
    if (this.#commands?.control !== control) this.#commands = new CommandFootprints(control);
    // The setup does the same in every execution.
    if (this.#deadlines === undefined) await this.#prepare(stage);
    this.#stage = stage;
    this.#tracker = new FootprintTracker(this.#commands, this.#deadlines!, !this.aspects.time);
    this.#jumped = false;
    this.#reader = new OptionReader(stage, this.#tracker, this.limits, this.aspects.memory);
    this.#traces = new StepTraces(stage, this.aspects);
    const numbers = stage.workers.map(({ flow }) => flow.worker);
    this.#lineup = this.limits.fault <= 1 && areAlike(stage.scenario) ? new Lineup(numbers) : undefined;
    this.#positionMs = stage.environment.time.positionMs;
    this.#spent = { fault: 0, delay: 0 };
    this.#waits.clear();
    this.#unnoticed = false;
    this.#chosen = undefined;
    this.#tail = false;
    this.strayed = false;
    this.blind = false;
    this.events = [];
  }

  /** Has it seen an execution? */
  get begun(): boolean {
    return this.#commands !== undefined;
  }

  /** What it knows of commands, once it has seen an execution. */
  get shapes(): KnownShapes {
    return this.#commands!.save();
  }

  /** Commands that it asked about since the last call. */
  takeLearnt(): KnownShapes {
    return this.#commands!.takeLearnt();
  }

  /** Takes over what was learnt in an execution that was run elsewhere. */
  adopt(learnt: KnownShapes): void {
    this.#commands!.adopt(learnt);
  }

  /** Goes on with just this knowledge. */
  enter(control: Environment['control'], aspects: readonly unknown[], shapes: KnownShapes): void {
    this.aspects = new Aspects(aspects);
    this.known = this.aspects.size;
    this.#commands = new CommandFootprints(control);
    this.#commands.adopt(shapes);
  }

  async #prepare({ environment, scenario }: Stage): Promise<void> {
    const { control, serverClock } = environment;
    this.#deadlines = scenario.setup === undefined ? new Set() : await deadlinesAfterSetup(control);
    // Only a frozen clock keeps deadlines from being reached by themselves.
    const certain = serverClock.mode === 'shim' && this.#deadlines !== 'any' && this.#deadlines.size === 0;
    if (certain || this.aspects.time) return;
    this.aspects.mindTime();
    this.known = this.aspects.size;
  }

  decide(decision: Decision): Choice | undefined | Promise<Choice | undefined> {
    const learnt = this.#learn(decision);
    return learnt === undefined ? this.#choose(decision) : learnt.then(() => this.#choose(decision));
  }

  async performed(step: PerformedStep): Promise<void> {
    const { move, event, fault } = this.#chosen ?? {};
    // What happens after everything else was decided is no choice of the search.
    if (move === undefined || event === undefined) return;
    const own = this.#reader.own(move, event.cost);
    const base = fault === undefined ? await this.#moved(move, step) : await this.#struck(fault, step);
    const { footprint: left, woke } = this.#traces.take(move.worker);
    const footprint = union(base, own, left);
    if (woke && footprint !== 'everything') this.aspects.shareMemory();
    if (event.cost !== undefined) this.#spent[event.cost] += 1;
    this.#jumped ||= footprint === 'everything' && (fault !== undefined || move.kind === 'event');
    this.#checkTime();
    if (dependent(footprint, [write(CLOCK)])) this.#unnoticed = move.kind === 'expiry';
    const done = this.#settled({ ...event, footprint });
    this.events.push(done);
    this.search.performed(done);
  }

  lens(history: History, invariant: string): History {
    const { environment, scenario } = this.#stage;
    const timeless = scenario.invariants.find(({ id }) => id === invariant)?.timeless === true;
    environment.onInspected = timeless
      ? undefined
      : (command) => void (mayLookAtTime(command) && this.aspects.mindTime());
    return historyLens(history, (kind, name) => this.aspects.look(invariant, kind, name));
  }

  /** The execution is over: what comes now is the setup of the next one. */
  ended(): void {
    const { environment } = this.#stage;
    environment.onInspected = undefined;
    // A timer that did not fire may be set later in another order, and time may stop wherever it was on its way to it.
    const longestMs = Math.max(0, ...[...this.#waits].map(({ delayMs }) => delayMs));
    if (environment.time.positionMs + longestMs > this.#tracker.shortestMs) this.aspects.mindTime();
  }

  /** Gives back what it holds on the server. */
  async close(): Promise<void> {
    const monitor = this.#monitor;
    this.#monitor = undefined;
    await monitor?.close();
  }

  /** Is it still so that no deadline is reached and nobody looks at one, whatever the order of the steps? */
  #checkTime(): void {
    const { lookedAtTime, shortestMs } = this.#tracker;
    // What all steps of an execution come to is the same in every order of them.
    const reached = this.#stage.environment.time.positionMs > shortestMs;
    if (reached || (shortestMs < Infinity && (lookedAtTime || this.#jumped))) this.aspects.mindTime();
  }

  /** A server that is not well is asked nothing: what is not known touches everything. */
  get #unwell(): boolean {
    return this.#stage.environment.trouble.kind !== undefined;
  }

  /** Asks the server about commands that it was not asked about yet. */
  #learn({ moves }: Decision): Promise<void> | undefined {
    const unknown: Call[] = [];
    let script = false;
    for (const move of moves) {
      const call = broughtBy(move);
      if (call === undefined) continue;
      if (!this.#commands!.knows(call.args)) unknown.push(call);
      if (this.#monitor === undefined && isScript(call.args[0]!)) script = true;
    }
    if (unknown.length === 0 && !script) return undefined;
    if (this.#unwell) {
      this.blind = true;
      return undefined;
    }
    return this.#ask(unknown, script);
  }

  async #ask(unknown: readonly Call[], script: boolean): Promise<void> {
    for (const { args } of unknown) await this.#commands!.learn(args);
    const { upstreams, control } = this.#stage.environment;
    if (script) this.#monitor = await ScriptMonitor.open(upstreams, control);
  }

  #choose(decision: Decision): Choice | undefined {
    const options = this.#reader.read(decision, this.#spent);
    this.#options = options;
    this.heldBack ||= options.length < decision.moves.length + decision.faults.length;
    // On the way to a timer that may be cancelled, so that the time never comes.
    if (options.some(({ move }) => move.kind === 'expiry')) this.aspects.mindTime();
    for (const { move } of options) if (move.target.kind === 'timer') this.#waits.add(move.target.timer);
    if (options.length === 0 || this.#tail) {
      // Only timers of workers that have ended are left, and the limit of such is used up: they fire in their order.
      this.#tail = true;
      this.strayed ||= options.length > 0;
      this.#chosen = undefined;
      return 0;
    }
    this.#options = this.#worthwhile(options);
    const waiting = this.#standInLine(this.#options);
    const at = this.#options.length === 0 ? undefined : this.search.choose(this.left, waiting);
    if (at === undefined) return undefined;
    this.#chosen = this.#options[at]!;
    return this.#chosen.choice;
  }

  /** After an expiry time stands still until somebody may have noticed: what would follow follows without it, too. */
  #worthwhile(options: Option[]): Option[] {
    if (!this.#unnoticed) return options;
    const { wallMs } = this.#stage.environment.time;
    return options.filter(({ move }) => move.kind !== 'timer' || move.dueMs! <= wallMs);
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

  #settled(event: Event): Event {
    if (this.#lineup === undefined) return event;
    const ended = this.#stage.workers.filter(({ status }) => status !== 'running');
    return this.#lineup.performed(
      event,
      ended.map(({ flow }) => flow.worker),
    );
  }

  async #moved(move: Option['move'], step: PerformedStep): Promise<Footprint> {
    if (move.kind === 'timer') {
      if (move.target.kind === 'timer') this.#waits.delete(move.target.timer);
      if (move.worker === 0) return 'everything';
      const { positionMs } = this.#stage.environment.time;
      const moved = positionMs !== this.#positionMs;
      this.#positionMs = positionMs;
      // One that is overdue leaves the clock as it is.
      return [moved ? write(CLOCK) : read(CLOCK)];
    }
    if (move.target.kind === 'expiry') {
      this.#reader.expired = true;
      this.#positionMs = this.#stage.environment.time.positionMs;
      return this.#reader.expires(move.target.before);
    }
    if (move.kind === 'command') return union(await this.#ran(move, step), this.#reader.shared(move));
    if (move.target.kind === 'event') return this.#happened(move.target.event, step);
    return move.worker === 0 ? 'everything' : [];
  }

  async #happened(event: PendingEvent, { reply }: PerformedStep): Promise<Footprint> {
    if (event.private === true && event.worker > 0) return [];
    const call = landingOf(event);
    return call === undefined || reply === undefined ? 'everything' : await this.#sent(call, reply);
  }

  async #struck({ spec, at }: NonNullable<Option['fault']>, step: PerformedStep): Promise<Footprint> {
    const effect = this.#reader.faultEffect(at, spec.kind);
    if (this.#unwell) {
      // It may be gone, or may not come back with what it had to say.
      this.#monitor?.abandon();
      this.#monitor = undefined;
    }
    if (effect === 'everything') this.#positionMs = this.#stage.environment.time.positionMs;
    return effect === 'command' ? await this.#ran(at, step) : effect === 'nothing' ? [] : effect;
  }

  /** The footprint of a command that the server ran. */
  async #ran(move: Option['move'], { args, reply }: PerformedStep): Promise<Footprint> {
    const call = callOf(move);
    // The server ended the connection, or the client wrote nothing.
    if (call === undefined || args === undefined || reply === undefined) return 'everything';
    return await this.#sent({ ...call, args: latin1(args) }, reply);
  }

  async #sent(sent: Call, reply: Buffer): Promise<Footprint> {
    if (this.#unwell) {
      this.#tracker.performed(sent, reply, () => undefined);
      return 'everything';
    }
    await this.#commands!.learn(sent.args);
    const name = sent.args[0]!.toUpperCase();
    const scripts =
      this.#monitor !== undefined && (isScript(name) || name === 'EXEC') ? await this.#monitor.take() : [];
    for (const { args } of scripts.flatMap(({ inner }) => inner)) await this.#commands!.learn(args);
    return this.#tracker.performed(sent, reply, takeFrom(scripts));
  }
}
