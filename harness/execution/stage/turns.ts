import type { PendingTimer } from '../../clock/timer-order.js';
import type { Move, RepeatedTurn } from '../steps/move.js';
import type { PerformedStep } from '../steps/step.js';
import { timerText } from '../steps/step.js';
import { Course, courseLabel, type Entry, type Loop } from './course.js';

/**
 * How often a worker goes round in a loop at most without news while others can go on: each of these rounds finds the
 * same as the one before, and changes nothing.
 *
 * @internal
 */
export const ROUNDS_MAX = 10;
/** The same where nobody else can go on: who has not given up by then never does. @internal */
export const ROUNDS_ALONE_MAX = 50;

/** A key that somebody looks at in a loop. @internal */
export interface WatchedKey {
  /** What is stored there; undefined where the server does not say. */
  value: string | undefined;
  /** Place of the last step that changed it, in the order of all steps; -1 where none has. */
  changed: number;
}

/** A worker that goes round. */
interface Going extends RepeatedTurn {
  readonly loop: Loop;
  readonly course: Course;
}

/** Who goes round in a loop in one execution, and whether there is anything new to see there. @internal */
export class Turns {
  /** Keys that loops look at: the database, a colon, the name. */
  readonly watched = new Map<string, WatchedKey>();
  /** How many steps were looked at. */
  seen = 0;
  /** Workers in the background: they let the others go on whatever their rounds change. */
  readonly background = new Set<number>();
  /** A loop was held back until there is something new to see. */
  heldBack = false;
  /** Steps of those who went round alone. */
  alone = 0;
  #aloneFrom: number | undefined = undefined;
  readonly #courses = new Map<number, Course>();
  readonly #going = new Map<number, Going>();
  /** Place of the last step of each worker that was no round of a loop. */
  readonly #fresh = new Map<number, number>();

  /** Does anybody go round? */
  get any(): boolean {
    return this.#going.size > 0;
  }

  /** Another step comes. @param alone - of who goes round in a loop while nobody else can go on */
  goOn(alone: boolean, steps: number): void {
    if (alone) this.alone += 1;
    this.#aloneFrom = alone ? (this.#aloneFrom ?? steps) : undefined;
  }

  /** How many steps there were before nobody could do anything but go round; undefined where somebody could. */
  get aloneFrom(): number | undefined {
    return this.#aloneFrom;
  }

  /** Adds a step of a worker. @returns it, where its worker goes round in a loop with it */
  note(step: PerformedStep, timers: number): Entry | undefined {
    const { worker } = step;
    let course = this.#courses.get(worker);
    if (course === undefined) this.#courses.set(worker, (course = new Course()));
    const entry = course.note(step, this.seen, timers);
    if (course.loop !== undefined) return entry;
    this.#fresh.set(worker, this.seen);
    return undefined;
  }

  /** Takes what is known of a step from one turn before. @returns false where that is nothing */
  takesOver(entry: Entry): boolean {
    const course = this.#courses.get(entry.step.worker)!;
    const before = course.entries.at(-1 - course.loop!.period);
    if (before?.mark !== entry.mark || (entry.step.kind === 'command' && before.keys === undefined))
      return false;
    entry.keys = before.keys;
    entry.idle = before.idle;
    return true;
  }

  /** Works out who goes round; to be called once it is known what the last step changed. */
  look(): void {
    this.#going.clear();
    for (const [worker, course] of this.#courses) {
      const { loop } = course;
      if (loop === undefined) continue;
      const turn = course.turn(loop);
      const commands = turn.filter(({ step }) => step.kind === 'command');
      const blind = commands.length === 0 || turn.some(seesMore);
      const news = blind
        ? this.#othersMoved(worker, turn[0]!)
        : commands.some((entry) => this.#changed(entry));
      const labels = [...new Set(turn.map(({ label }) => label))].sort();
      this.#going.set(worker, {
        loop,
        course,
        rounds: this.background.has(worker) ? loop.rounds : news ? 0 : course.idleRounds(loop),
        gone: course.idleRounds(loop),
        name: `w${worker}: ${labels.join(', ')}`,
        keys: blind ? undefined : commands.flatMap(({ keys }) => keys ?? []),
      });
    }
  }

  /** The loop that a move would go round in once more; undefined where it leads on. */
  roundOf(move: Move): RepeatedTurn | undefined {
    const going = this.#going.get(move.worker);
    if (going === undefined) return undefined;
    const { target } = move;
    if (target.kind === 'timer') return this.#isOfLoop(going, target.timer) ? going : undefined;
    // What is on its way arrives by itself; but a wait runs out only once its time has come.
    if (target.kind === 'event' && target.event.dueMs === undefined) return undefined;
    const { loop, course } = going;
    return course.next(loop).label === courseLabel(move.kind, move.label) ? going : undefined;
  }

  /** Is this timer part of a loop that is held back? */
  holds(timer: PendingTimer): boolean {
    const going = this.#going.get(timer.flow.worker);
    return going !== undefined && going.rounds >= ROUNDS_MAX && this.#isOfLoop(going, timer);
  }

  /** Did a worker go round in a loop with its last step, and change nothing? */
  wasIdle(worker: number): boolean {
    return this.#going.get(worker)?.course.entries.at(-1)?.idle === true;
  }

  /** The loop that a worker is in. */
  goingOf(worker: number): RepeatedTurn | undefined {
    return this.#going.get(worker);
  }

  /** The loop that a worker is in, for people: its steps in the order in which they stand in the code. */
  turnOf(worker: number): { readonly steps: readonly PerformedStep[]; readonly rounds: number } | undefined {
    const going = this.#going.get(worker);
    if (going === undefined) return undefined;
    const { course, loop } = going;
    return { steps: course.firstTurn(loop).map(({ step }) => step), rounds: loop.rounds };
  }

  #isOfLoop({ loop, course }: Going, timer: PendingTimer): boolean {
    // An interval is set once, before the loop, and also fires while the loop waits for something else.
    if (timer.repeat)
      return course.turn(loop).some(({ step }) => step.kind === 'timer' && step.text === timerText(timer));
    return course.next(loop).label === 'timer' && timer.nth > course.timersBefore(loop);
  }

  #othersMoved(worker: number, since: Entry): boolean {
    return [...this.#fresh].some(([other, place]) => other !== worker && place > since.place);
  }

  /** Has a key changed since this step looked at it? */
  #changed({ keys, place }: Entry): boolean {
    return (keys ?? ['']).some((key) => {
      const watched = this.watched.get(key);
      return watched?.value === undefined || watched.changed > place;
    });
  }
}

/** May it look at something that is no key? */
function seesMore({ step, keys }: Entry): boolean {
  return step.kind === 'step' || keys?.length === 0;
}
