import type { Environment } from '../../../execution/host/environment.js';
import type { Choice, Decision } from '../../../execution/steps/decision.js';
import type { Move } from '../../../execution/steps/move.js';
import type { Divisible } from '../../dpor/part.js';
import type { Search } from '../../dpor/search.js';
import type { CostLimits, Event } from '../../events/event.js';
import type { KnownShapes } from '../../events/known-shapes.js';
import { Aspects, type SavedAspect } from './aspects.js';
import type { CommandWatch } from './command-watch.js';
import { StepObserver } from './step-observer.js';

/** A search that runs on the real server, parts of it perhaps in other processes. @internal */
export type LiveSearch = Search & Divisible;

/** Decides in live executions as a search says, which learns of the events. @internal */
export class LiveObserver extends StepObserver {
  /**
   * @param search - is asked what to do next; another one may take its place between two executions
   * @param limits - faults and early timers at most in one execution
   */
  constructor(
    public search: LiveSearch,
    limits: CostLimits,
    commands?: CommandWatch,
  ) {
    super(limits, commands);
  }

  /** Do executions that differ only in who is who count as one? */
  get alike(): boolean {
    return this.now?.lineup !== undefined;
  }

  /** Events of the execution that runs, or of the last one. */
  get events(): readonly Event[] {
    return this.now.events;
  }

  /** Something came after all that was taken for the end, and was not explored. */
  get strayed(): boolean {
    return this.now.strayed;
  }

  /** Goes on with just this knowledge. */
  enter(control: Environment['control'], aspects: readonly SavedAspect[], shapes: KnownShapes): void {
    this.aspects = new Aspects(aspects);
    this.known = this.aspects.size;
    this.commands.enter(control, shapes);
  }

  /**
   * Reads what could come next, and asks nobody yet.
   *
   * @param waits - what is left out until there is news
   * @returns false where that is no choice of the search
   */
  offer(decision: Decision, waits?: ReadonlySet<Move>): boolean {
    const isChoice = this.now.offer(decision, waits);
    this.addHeldBack(this.now.heldBack);
    return isChoice;
  }

  /** Asks the search which of what was offered comes next. @returns undefined where it gives the execution up */
  pick(): Choice | undefined {
    const { now } = this;
    const at = now.options.length === 0 ? undefined : this.search.choose(this.left, now.waiting);
    if (at === undefined) return undefined;
    now.chosen = now.options[at]!;
    return now.chosen.choice;
  }

  protected override choose(decision: Decision): Choice | undefined {
    const { now } = this;
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

  protected override happened(event: Event): void {
    this.now.events.push(event);
    this.search.performed(event);
  }
}
