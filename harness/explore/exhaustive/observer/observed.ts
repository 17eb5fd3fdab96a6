import type { Stage } from '../../../execution/stage/stage.js';
import type { Decision } from '../../../execution/steps/decision.js';
import type { Move } from '../../../execution/steps/move.js';
import { areAlike } from '../../../scenario/recast.js';
import { Lineup } from '../../dpor/lineup.js';
import type { CostLimits, Event } from '../../events/event.js';
import type { Footprint } from '../../events/footprint.js';
import type { FootprintTracker, TrackerMark } from '../../footprints/tracker.js';
import type { Aspects } from './aspects.js';
import type { CommandWatch } from './command-watch.js';
import { OptionReader, type Option } from './options.js';
import { Patience } from './patience.js';
import { StepFootprints } from './step-footprints.js';
import { TimeWatch, type TimeMark } from './time-watch.js';

/** What did not happen because of the limits of a search. @internal */
export interface HeldBack {
  /** An early timer, since its worker had as many as it may. */
  readonly own: boolean;
  /** An early timeout or pause of a client. */
  readonly clients: boolean;
}

const NONE: ReadonlySet<Move> = new Set();

/** What was known of an execution at one of its points, once it was known what could come next. @internal */
export interface ObservedMark {
  readonly tracker: TrackerMark;
  readonly time: TimeMark;
  readonly settled: ReadonlySet<number> | undefined;
  readonly spent: ReadonlyMap<number, number>;
  readonly expired: boolean;
  readonly events: number;
  readonly options: readonly Option[];
  readonly waiting: readonly Event[];
  readonly heldBack: HeldBack;
}

/** What an observer knows of the one execution that it sees. @internal */
export class Observed {
  readonly reader: OptionReader;
  readonly time: TimeWatch;
  readonly patience: Patience;
  readonly lineup: Lineup | undefined;
  /** Early timers so far, by worker. */
  readonly spent = new Map<number, number>();
  footprints: StepFootprints;
  /** All that happened. */
  readonly events: Event[] = [];
  /** What could come next. */
  options: readonly Option[] = [];
  /** What could, too, but is to wait for the places of others. */
  waiting: readonly Event[] = [];
  /** What was chosen to come next; undefined where that is no choice of the search. */
  chosen: Option | undefined;
  heldBack: HeldBack = { own: false, clients: false };
  /** What happens now only shows whether a loop ends. */
  tries = false;
  /** Nothing is left but timers of workers that have ended. */
  tail = false;
  /** Something came after all that was taken for the end, and was not explored. */
  strayed = false;

  /** @param stage - whose workers stand at their first step */
  constructor(
    readonly stage: Stage,
    readonly tracker: FootprintTracker,
    readonly commands: CommandWatch,
    readonly limits: CostLimits,
    readonly aspects: Aspects,
  ) {
    this.patience = new Patience(stage, aspects);
    this.reader = new OptionReader(stage, tracker, limits, aspects.memory, this.patience);
    this.footprints = this.#standing();
    this.time = new TimeWatch(stage, tracker, aspects);
    const numbers = stage.workers.map(({ flow }) => flow.worker);
    this.lineup = limits.fault <= 1 && areAlike(stage.scenario) ? new Lineup(numbers) : undefined;
  }

  /**
   * Reads what could come next.
   *
   * @param waits - what is left out until there is news
   * @returns false where that is no choice of a search
   */
  offer(decision: Decision, waits = NONE): boolean {
    const possible = this.reader.read(decision, this.spent);
    const options =
      waits.size === 0
        ? possible
        : possible.filter(({ move, fault }) => !waits.has(move) || fault !== undefined);
    this.options = options;
    this.waiting = [];
    this.#noteHeldBack(decision, possible);
    this.time.offered(options);
    if (options.length === 0 || this.tail) {
      // Only timers of workers that have ended are left, and the limit of such is used up: they fire in their order.
      this.tail = true;
      this.strayed ||= options.length > 0;
      this.chosen = undefined;
      return false;
    }
    this.options = this.time.worthwhile(options);
    this.#standInLine();
    return true;
  }

  /** Takes note of a step, and of what it touched. */
  performed(chosen: Option, footprint: Footprint): void {
    const { cost, worker } = chosen.event;
    if (cost === 'delay') this.spent.set(worker, (this.spent.get(worker) ?? 0) + 1);
    this.time.performed(chosen, footprint);
  }

  /** An event that happened, with the places in the line of workers that are settled by it. */
  settled(event: Event): Event {
    const { lineup, stage } = this;
    if (lineup === undefined) return event;
    const ended = stage.workers.filter(({ status }) => status !== 'running');
    return lineup.performed(
      event,
      ended.map(({ flow }) => flow.worker),
    );
  }

  /** What is known now, to go back to. */
  mark(): ObservedMark {
    const { tracker, time, lineup, spent, reader, events, options, waiting, heldBack } = this;
    return {
      tracker: tracker.mark(),
      time: time.mark(),
      settled: lineup?.mark(),
      spent: new Map(spent),
      expired: reader.expired,
      events: events.length,
      options,
      waiting,
      heldBack,
    };
  }

  /** Goes back to a point of this execution, at which its stage stands already. */
  goBack(mark: ObservedMark): void {
    const { tracker, time, settled, spent, expired, events, options, waiting, heldBack } = mark;
    this.tracker.goBack(tracker);
    this.time.goBack(time);
    if (settled !== undefined) this.lineup?.goBack(settled);
    this.spent.clear();
    for (const [worker, count] of spent) this.spent.set(worker, count);
    this.reader.expired = expired;
    this.events.length = events;
    this.options = options;
    this.waiting = waiting;
    this.heldBack = heldBack;
    this.chosen = undefined;
    this.tail = false;
    this.strayed = false;
    this.footprints = this.#standing();
  }

  /** Compares with how the stage stands now. */
  #standing(): StepFootprints {
    return new StepFootprints(this.stage, this.commands, this.tracker, this.reader, this.aspects);
  }

  #noteHeldBack({ moves, faults }: Decision, options: readonly Option[]): void {
    if (options.length === moves.length + faults.length) return;
    const offered = new Set(options.map(({ move }) => move));
    const left = moves.filter((move) => move.early !== undefined && !offered.has(move));
    const isClients = ({ early }: Move): boolean => early === 'client' && this.limits.clientTimers !== true;
    const { own, clients } = this.heldBack;
    this.heldBack = {
      own: own || left.some((move) => !isClients(move)),
      clients: clients || left.some(isClients),
    };
  }

  /** Takes from the options what is to wait for another worker that is like its own. */
  #standInLine(): void {
    if (this.lineup === undefined) return;
    const { options } = this;
    const standings = this.lineup.admit(options.map(({ event }) => event));
    this.options = options.flatMap((option, at) => {
      const { event, when } = standings[at]!;
      return when === 'now' ? [{ ...option, event }] : [];
    });
    this.waiting = standings.filter(({ when }) => when === 'later').map(({ event }) => event);
  }
}
