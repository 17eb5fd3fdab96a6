import type { Choice, Chooser, Decision, FaultMove } from '../../execution/steps/decision.js';
import type { Move } from '../../execution/steps/move.js';
import type { RecordStep } from '../../record/format.js';
import { likeness } from './likeness.js';

/** Where code that has changed did not do as was recorded. @internal */
export interface Departure {
  /** Number of the step of today's execution, from 1, that came there. */
  readonly step: number;
  /**
   * `new`: a step that is not in the record. `gone`: one of the record that is not there any more. `other`: one like the
   * recorded one, with other arguments. `late`: it could not come yet. `calm`: nothing of the record could come.
   */
  readonly how: 'new' | 'gone' | 'other' | 'late' | 'calm';
  /** The step of the record that it is about. */
  readonly recorded: RecordStep | undefined;
}

/**
 * Follows the recorded order of an execution on code that may have changed. A recorded step is known again by its worker
 * and by what it does, not by its number: a step that is new is performed where it comes, one that is gone is passed over, and
 * from there on the order goes on. Each such place is noted.
 *
 * @internal
 */
export class Guide implements Chooser {
  readonly departures: Departure[] = [];
  /** Recorded steps that were performed. */
  followed = 0;
  /** Those that are still to come, in their order. */
  readonly #left: RecordStep[];

  /** @param stepCount - how many steps have been performed so far */
  constructor(
    recorded: readonly RecordStep[],
    readonly stepCount: () => number,
  ) {
    this.#left = [...recorded];
  }

  /** Recorded steps that did not come. */
  get missing(): readonly RecordStep[] {
    return this.#left;
  }

  choose({ moves, faults }: Decision): Choice {
    if (this.#left.length === 0) return this.#add(moves[0]!, moves);
    for (const step of [...this.#left]) {
      const struck = this.#strike(step, faults);
      if (struck !== undefined) return struck;
      const own = moves.filter((move) => move.worker === step.worker);
      const same = likest(own, (move) => likeness(step, move));
      // Where its fault cannot strike any more, what it struck still comes.
      if (same !== undefined)
        return this.#take(
          step,
          moves.indexOf(same),
          step.fault !== undefined || likeness(step, same) === 'like',
        );
      const added = own.find((move) => this.#isNew(move));
      if (added !== undefined) return this.#add(added, moves);
      // Its worker does what was recorded later: this one is not done any more.
      if (own.some(isOwnWork)) this.#drop(step);
    }
    this.#note('calm', this.#left[0]);
    return 0;
  }

  last({ faults }: Decision): Choice {
    for (const step of this.#left) {
      const struck = this.#strike(step, faults);
      if (struck !== undefined) return struck;
    }
    return 0;
  }

  forced(move: Move): void {
    const own = this.#left.filter(({ worker }) => worker === move.worker);
    const step = likest(own, (one) => likeness(one, move));
    if (step === undefined) return this.#note('new', undefined);
    // What its worker should have done before that is not done any more.
    for (const earlier of own.slice(0, own.indexOf(step))) this.#drop(earlier);
    this.#take(step, 0, step.fault !== undefined || likeness(step, move) === 'like');
  }

  /** @returns undefined where its fault cannot strike */
  #strike(step: RecordStep, faults: Decision['faults']): Choice | undefined {
    const fault = faultFor(step, faults);
    return fault && this.#take(step, -1 - faults.indexOf(fault), isOther(step, fault.at));
  }

  /** @param changed - it is not quite what was recorded */
  #take(step: RecordStep, choice: Choice, changed: boolean): Choice {
    const [first] = this.#left;
    if (step !== first) this.#note('late', first);
    if (changed) this.#note('other', step);
    this.#left.splice(this.#left.indexOf(step), 1);
    this.followed += 1;
    return choice;
  }

  #add(move: Move, moves: readonly Move[]): Choice {
    this.#note('new', undefined);
    return moves.indexOf(move);
  }

  #drop(step: RecordStep): void {
    this.#note('gone', step);
    this.#left.splice(this.#left.indexOf(step), 1);
  }

  /** Work of a worker that the record does not have. */
  #isNew(move: Move): boolean {
    return isOwnWork(move) && !this.#left.some((step) => step.worker === move.worker && likeness(step, move));
  }

  #note(how: Departure['how'], recorded: RecordStep | undefined): void {
    const last = this.departures.at(-1);
    if (last?.how === how && last.recorded === recorded && recorded !== undefined) return;
    this.departures.push({ step: this.stepCount() + 1, how, recorded });
  }
}

/** Is what a fault strikes not quite what it struck? A reply names no command of its own: it is known by its number. */
function isOther(step: RecordStep, at: Move): boolean {
  const found = likeness(step, at);
  return found === 'like' || (found === undefined && step.command === undefined);
}

/** Which fault strikes as it was recorded; undefined where none can. */
function faultFor(step: RecordStep, faults: Decision['faults']): FaultMove | undefined {
  if (step.fault === undefined) return undefined;
  const own = faults.filter(({ spec }) => spec.kind === step.fault);
  return (
    likest(own, ({ at }) => likeness(step, at)) ??
    // The number of a command is another one once something comes before it.
    own.find(({ at }) => at.kind !== 'command' && at.id === step.id)
  );
}

/** One that is the same, or else one that is like it. */
function likest<T>(list: readonly T[], likenessOf: (one: T) => ReturnType<typeof likeness>): T | undefined {
  return list.find((one) => likenessOf(one) === 'same') ?? list.find((one) => likenessOf(one) === 'like');
}

/** What the code of a worker asks for, rather than what comes to it. */
function isOwnWork({ kind }: Move): boolean {
  return kind === 'command' || kind === 'step';
}
