import type { PendingTimer } from '../../../clock/timer-order.js';
import type { Stage } from '../../../execution/stage/stage.js';
import { dependent, write, type Footprint } from '../../events/footprint.js';
import { CLOCK } from '../../events/resources.js';
import type { FootprintTracker } from '../../footprints/tracker.js';
import type { Aspects } from './aspects.js';
import type { Option } from './options.js';

/** What was known of time at one moment of an execution. @internal */
export interface TimeMark {
  readonly waits: readonly PendingTimer[];
  readonly unnoticed: boolean;
  readonly jumped: boolean;
}

/**
 * Finds out in one execution whether time matters: in whatever order its steps are taken, is a deadline of a key
 * reached, or may somebody look at one? As long as that is not so, it does not matter either when a key got its
 * deadline.
 *
 * @internal
 */
export class TimeWatch {
  /** Timers that could have fired, and did not. */
  #waits = new Set<PendingTimer>();
  /** Keys have expired, and time moves on before anybody could notice. */
  #unnoticed = false;
  /** Something happened that may have moved the clock of the server alone. */
  #jumped = false;

  constructor(
    readonly stage: Stage,
    readonly tracker: FootprintTracker,
    readonly aspects: Aspects,
  ) {}

  /** What it knows now, to go back to. */
  mark(): TimeMark {
    return { waits: [...this.#waits], unnoticed: this.#unnoticed, jumped: this.#jumped };
  }

  /** Knows what it knew then, in the same execution. */
  goBack({ waits, unnoticed, jumped }: TimeMark): void {
    this.#waits = new Set(waits);
    this.#unnoticed = unnoticed;
    this.#jumped = jumped;
  }

  /** Takes note of what could happen next. */
  offered(options: readonly Option[]): void {
    // On the way to a timer that may be cancelled, so that the time never comes.
    if (options.some(({ move }) => move.kind === 'expiry')) this.aspects.mindTime();
    for (const { move } of options) if (move.target.kind === 'timer') this.#waits.add(move.target.timer);
  }

  /** After an expiry time stands still until somebody may have noticed: what would follow follows without it, too. */
  worthwhile(options: Option[]): Option[] {
    if (!this.#unnoticed) return options;
    const { wallMs } = this.stage.environment.time;
    return options.filter(({ move }) => move.kind !== 'timer' || move.dueMs! <= wallMs);
  }

  /** Takes note of a step, and of what it touched. */
  performed({ move, fault }: Option, footprint: Footprint): void {
    if (fault === undefined && move.target.kind === 'timer') this.#waits.delete(move.target.timer);
    this.#jumped ||= footprint === 'everything' && (fault !== undefined || move.kind === 'event');
    const { lookedAtTime, shortestMs } = this.tracker;
    // What all steps of an execution come to is the same in every order of them.
    const reached = this.#nowMs > shortestMs;
    if (reached || (shortestMs < Infinity && (lookedAtTime || this.#jumped))) this.aspects.mindTime();
    if (dependent(footprint, [write(CLOCK)])) this.#unnoticed = move.kind === 'expiry';
  }

  /** The execution is over. */
  ended(): void {
    // A timer that did not fire may be set later in another order, and time may stop wherever it was on its way to it.
    const longestMs = Math.max(0, ...[...this.#waits].map(({ delayMs }) => delayMs));
    if (this.#nowMs + longestMs > this.tracker.shortestMs) this.aspects.mindTime();
  }

  get #nowMs(): number {
    return this.stage.environment.time.positionMs;
  }
}
