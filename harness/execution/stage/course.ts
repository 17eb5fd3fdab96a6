import { saysNothingDone } from './no-effect.js';
import { stepLabel, type PerformedStep } from '../steps/step.js';

/** Steps of one turn of a loop at most; a longer one is not recognised. */
const PERIOD_MAX = 16;
/** Replies that are longer are compared by their ends. */
const REPLY_MAX = 400;
/** Words that are likely to be another one each time: tokens, moments. */
const PASSING = /^(?=.*\d)[\w+/=-]{16,}$|^\d{10,}$/;

/** A loop that a worker is in. @internal */
export interface Loop {
  /** How many of its last steps make one turn. */
  readonly period: number;
  /** How often it has gone round since it began. */
  readonly rounds: number;
}

/** One step of a worker, as far as loops are concerned. @internal */
export interface Entry {
  readonly step: PerformedStep;
  /** Its place in the order of all steps. */
  readonly place: number;
  /** What it is, without what is another each time. */
  readonly label: string;
  /** The same with what came of it. */
  readonly mark: string;
  /** Keys that it named, once somebody has asked for them; empty where there are none. */
  keys: readonly string[] | undefined;
  /** It is known to have changed nothing in them. */
  idle: boolean;
  /** Timers that its worker had set by then. */
  readonly timers: number;
}

/**
 * The way of one worker through an execution, and whether it goes round in a loop: the same steps with the same replies
 * again.
 *
 * @internal
 */
export class Course {
  readonly entries: Entry[] = [];
  /** By period: how many of the last steps were those of one period before. */
  readonly #same: number[] = Array.from({ length: PERIOD_MAX + 1 }, () => 0);

  /** Adds a step. @param timers - that its worker has set by now */
  note(step: PerformedStep, place: number, timers: number): Entry {
    const label = courseLabel(step.kind, stepLabel(step));
    const mark = `${label}\n${step.fault ?? ''}\n${replyMark(step.reply)}`;
    const at = this.entries.length;
    const entry = {
      step,
      place,
      label,
      mark,
      keys: undefined,
      idle: step.kind !== 'command' || saysNothingDone(step),
      timers,
    };
    this.entries.push(entry);
    for (let period = 1; period <= PERIOD_MAX; period++) {
      const again = period <= at && this.entries[at - period]!.mark === mark;
      this.#same[period] = again ? this.#same[period]! + 1 : 0;
    }
    return entry;
  }

  /**
   * The loop that its last steps are a turn of; undefined where they are none, or a fault has struck in it, or a
   * connection is tried in it: clients count these attempts, and what answers them is no key that could change.
   */
  get loop(): Loop | undefined {
    for (let period = 1; period <= PERIOD_MAX; period++) {
      const same = this.#same[period]!;
      if (same === 0) continue;
      const turn = this.entries.slice(-period);
      if (turn.some(({ step }) => step.fault !== undefined || step.kind === 'connect')) return undefined;
      const rounds = this.#rounds(period, same, () => true);
      if (rounds > 0) return { period, rounds };
    }
    return undefined;
  }

  /** How often it has gone round without having changed anything itself. */
  idleRounds({ period }: Loop): number {
    return this.#rounds(period, this.#same[period]!, ({ idle }) => idle);
  }

  /** The steps of the last turn. */
  turn({ period }: Loop): readonly Entry[] {
    return this.entries.slice(-period);
  }

  /** One turn from where the loop begins, so that it reads as it stands in the code. */
  firstTurn({ period }: Loop): readonly Entry[] {
    const from = this.entries.length - this.#same[period]! - period;
    return this.entries.slice(from, from + period);
  }

  /** What comes next if it goes round once more. */
  next({ period }: Loop): Entry {
    return this.entries.at(-period)!;
  }

  /** Timers that its worker had set before the last turn: those belong to something else. */
  timersBefore({ period }: Loop): number {
    return this.entries.at(-period - 1)?.timers ?? 0;
  }

  /** Whole turns by their commands: what lies between these is set off by them. */
  #rounds(period: number, same: number, counts: (entry: Entry) => boolean): number {
    const commands = this.entries.slice(-period).filter(isCommand).length;
    let found = 0;
    for (let back = 1; back <= same; back++) {
      const entry = this.entries.at(-back)!;
      if (!counts(entry)) break;
      if (commands === 0 || isCommand(entry)) found += 1;
    }
    return Math.floor(found / (commands === 0 ? period : commands));
  }
}

function isCommand({ step }: Entry): boolean {
  return step.kind === 'command';
}

/** What a step is, without what is another each time: tokens, moments, how long somebody sleeps. @internal */
export function courseLabel(kind: string, label: string): string {
  if (kind === 'timer') return 'timer';
  return label.length < 16 && !/\d{10}/.test(label)
    ? label
    : label
        .split(' ')
        .map((word) => (PASSING.test(word) ? '*' : word))
        .join(' ');
}

function replyMark(reply: Buffer | undefined): string {
  if (reply === undefined) return '';
  if (reply.length <= REPLY_MAX) return reply.toString('latin1');
  const half = REPLY_MAX / 2;
  return `${reply.length} ${reply.toString('latin1', 0, half)}…${reply.toString('latin1', reply.length - half)}`;
}
