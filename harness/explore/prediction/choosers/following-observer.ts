import type { Chooser, Choice, Decision } from '../../../execution/steps/decision.js';
import type { Event } from '../../events/event.js';
import type { CommandWatch } from '../../exhaustive/observer/command-watch.js';
import { StepObserver } from '../../exhaustive/observer/step-observer.js';
import type { PlayObserver } from '../play.js';

/** Whatever the chooser is allowed, it may do. */
const NO_LIMITS = { fault: Infinity, delay: Infinity, clientTimers: true } as const;

/** Observes executions in which a chooser decides that knows of no events. @internal */
export class FollowingObserver extends StepObserver implements PlayObserver {
  /** Decides in the execution that runs. */
  chooser!: Chooser;

  constructor(commands?: CommandWatch) {
    super(NO_LIMITS, commands);
  }

  get asksAtTheEnd(): boolean {
    return this.chooser.last !== undefined;
  }

  offer(decision: Decision): boolean {
    const { now } = this;
    now.options = now.reader.read(decision, now.spent);
    return true;
  }

  pick(decision: Decision): Choice {
    const { now, chooser } = this;
    const choice = decision.moves.length === 0 ? chooser.last!(decision) : chooser.choose(decision);
    now.chosen = now.options.find((option) => option.choice === choice);
    return choice;
  }

  protected override choose(decision: Decision): Choice {
    this.offer(decision);
    return this.pick(decision);
  }

  protected override happened(_event: Event): void {
    // Nobody searches.
  }
}
