import type { Cost, CostLimits, Event } from '../../events/event.js';
import type { KnownStep } from './known-steps.js';
import { StepTable, type NumberedConsequence } from './step-table.js';

/** A state of the model: what may come next, and what sleeps. Steps by their numbers. @internal */
export interface ModelState {
  readonly pending: readonly number[];
  readonly sleep: readonly number[];
  readonly spent: Readonly<Record<Cost, number>>;
  /** Workers whose place in the line is settled, where workers are alike. */
  readonly settled: readonly number[];
  /** Of steps that turn out in different ways; by their numbers, too. */
  readonly situations: ReadonlyMap<number, number>;
}

/** A state and for how many it stands: not always a whole number. @internal */
export type Weighted = readonly [state: ModelState, weight: number];

/**
 * A program made of steps like those that a search has seen so far: from a state, a step leads to another state, or to
 * several where it was seen to turn out in different ways.
 *
 * @internal
 */
export class StepModel {
  readonly #table: StepTable;

  constructor(
    steps: ReadonlyMap<string, KnownStep>,
    readonly limits: CostLimits,
  ) {
    this.#table = new StepTable(steps);
  }

  /** How many steps there are: as many as an execution can have. */
  get size(): number {
    return this.#table.size;
  }

  /** The numbers of those of these steps that are known, ascending. */
  numbers(events: readonly Event[]): number[] {
    return this.#table.numbers(events.map(({ key }) => key));
  }

  /** The state in which nothing has happened yet. */
  root(options: readonly Event[]): ModelState {
    const pending = this.numbers(options);
    return { pending, sleep: [], spent: { fault: 0, delay: 0 }, settled: [], situations: new Map() };
  }

  /** The state after a step, where it is known what may come next. */
  after(state: ModelState, step: number, options: readonly Event[]): ModelState {
    return { ...this.#noted(state, step), pending: this.numbers(options) };
  }

  /** May a step be taken, besides that it does not sleep? */
  enabled({ spent, settled }: ModelState, step: number): boolean {
    const { cost, follows = [] } = this.#table.event(step);
    return (
      (cost === undefined || spent[cost] < this.limits[cost]) && follows.every((one) => settled.includes(one))
    );
  }

  /** Has nothing that is still to come anything to do with a step? Then it may as well come first. */
  isIndifferent({ pending }: ModelState, step: number): boolean {
    const { worker } = this.#table.event(step);
    return pending.every(
      (other) =>
        other === step || (this.#table.event(other).worker !== worker && !this.#table.mayReach(other, step)),
    );
  }

  /** Where a step may lead, the weights coming to 1. @param sleep - what sleeps before it */
  next(state: ModelState, step: number, sleep: readonly number[]): Weighted[] {
    const table = this.#table;
    const noted = this.#noted(state, step);
    const asleep = sleep.filter((other) => !table.areDependent(other, step));
    const consequences = table.consequences(step);
    if (consequences.length === 0) {
      // Seen as possible only: for all that is known its worker ends.
      const { worker } = table.event(step);
      const gone = state.pending.filter((other) => table.event(other).worker === worker);
      return [[this.#resulting(noted, step, { came: [], gone, blind: true }, asleep), 1]];
    }
    const shares = table.shares(step, state.situations.get(step) ?? 0);
    return consequences.flatMap((consequence, at): Weighted[] => {
      const share = shares[at] ?? 0;
      return share === 0 ? [] : [[this.#resulting(noted, step, consequence, asleep), share]];
    });
  }

  /** What is true after a step, however it turns out. */
  #noted(state: ModelState, step: number): ModelState {
    const { spent, settled, pending } = state;
    const { cost, settles = [] } = this.#table.event(step);
    const situations = new Map(state.situations);
    for (const other of this.#table.uncertain) {
      if (this.#table.changes(step, other))
        situations.set(other, this.#table.situation(step, other, pending));
    }
    return {
      ...state,
      spent: cost === undefined ? spent : { ...spent, [cost]: spent[cost] + 1 },
      settled: settles.length === 0 ? settled : [...new Set([...settled, ...settles])].sort((a, b) => a - b),
      situations,
    };
  }

  #resulting(
    noted: ModelState,
    step: number,
    { came, gone, blind }: NumberedConsequence,
    asleep: readonly number[],
  ): ModelState {
    const { worker } = this.#table.event(step);
    const unclear = (other: number): boolean => {
      const event = this.#table.event(other);
      return blind && event.worker === worker && event.cost !== undefined;
    };
    const left = noted.pending.filter((other) => other !== step && !gone.includes(other) && !unclear(other));
    const pending = [...new Set([...left, ...came])].filter((other) => this.#isAffordable(noted, other));
    pending.sort((a, b) => a - b);
    const situations = new Map(noted.situations);
    for (const other of situations.keys()) if (!this.#mayStillCome(pending, other)) situations.delete(other);
    return { ...noted, pending, sleep: asleep.filter((other) => pending.includes(other)), situations };
  }

  #isAffordable({ spent }: ModelState, step: number): boolean {
    const { cost } = this.#table.event(step);
    return cost === undefined || spent[cost] < this.limits[cost];
  }

  #mayStillCome(pending: readonly number[], step: number): boolean {
    const { worker } = this.#table.event(step);
    return pending.some(
      (one) => this.#table.event(one).worker === worker && this.#table.after(one).has(step),
    );
  }
}
