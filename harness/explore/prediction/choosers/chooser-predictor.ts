import type { ExecutionResult } from '../../../execution/execution.js';
import type { Chooser } from '../../../execution/steps/decision.js';
import { beginPlay } from '../begin-play.js';
import { UnknownError } from '../local/local-states.js';
import type { Play } from '../play.js';
import type { Predictions } from '../predictions.js';
import { RememberedCommands } from '../remembered-commands.js';
import { resultDifference, resultOf } from './composed-result.js';
import { FollowingObserver } from './following-observer.js';
import { RememberedChooser } from './remembered-chooser.js';

/** One that was composed, and is run all the same. */
interface Expected {
  readonly result: ExecutionResult;
  /** What the store holds in the end, as text. */
  readonly store: string;
}

/** With what an execution is run that was not composed. @internal */
export interface Followed {
  readonly chooser: Chooser;
  readonly observer: FollowingObserver;
}

/**
 * Executions that need not be run, of strategies that know of no events: their choosers are asked at each point of an execution
 * that is composed, as they are in one that is run. Where one leaves what is known it is run, and its chooser asked from
 * there on.
 *
 * @internal
 */
export class ChooserPredictor {
  /** Observes executions that are run. */
  readonly observer: FollowingObserver;
  readonly #composing: FollowingObserver;
  readonly #commands: RememberedCommands;
  /** The execution that was composed last, to go back to where the next one leaves it. */
  #play: Play | undefined;
  #chooser!: RememberedChooser;
  #expected: Expected | undefined;
  #suspected = false;

  constructor(readonly predictions: Predictions) {
    const { commands, teacher } = predictions;
    this.observer = new FollowingObserver(commands);
    this.observer.witness = teacher;
    this.#commands = new RememberedCommands(commands);
    this.#composing = new FollowingObserver(this.#commands);
  }

  /** Follows a chooser in an execution that is run in any case. */
  follow(chooser: Chooser): Followed {
    this.#expected = undefined;
    this.#suspected = this.predictions.teacher.readsAll = false;
    this.#chooser = new RememberedChooser(chooser);
    return this.followed;
  }

  /** What an execution comes to. @returns undefined where it is to be run, with what `followed` says */
  async next(chooser: Chooser): Promise<ExecutionResult | undefined> {
    const { predictions } = this;
    this.follow(chooser);
    if (!predictions.hasLearned || this.observer.deadlines === undefined) return undefined;
    const play = await predictions.tried(() => this.#compose());
    if (play === undefined) return undefined;
    const judgement = await predictions.judge(play.stage, this.#composing);
    this.#suspected = judgement === 'wrong';
    if (judgement !== 'right') return undefined;
    const result = resultOf(play);
    if (predictions.isToBeCompared()) {
      const { store, time } = play.stage;
      this.#expected = { result, store: store.text(time.wallMs) };
      predictions.teacher.readsAll = true;
      return undefined;
    }
    predictions.composed(play.unsure, play.choices);
    return result;
  }

  /** With what the execution is run that was to be composed last. */
  get followed(): Followed {
    this.#chooser.again();
    this.observer.chooser = this.#chooser;
    return { chooser: this.#chooser, observer: this.observer };
  }

  /** It was run. */
  async learned(result: ExecutionResult): Promise<void> {
    const { observer, predictions } = this;
    const expected = this.#expected;
    observer.ended();
    const strayed = this.#chooser.strayed ? 'what could come next' : undefined;
    const difference = async (): Promise<string | undefined> => {
      if (strayed !== undefined || expected === undefined) return strayed;
      const store = predictions.teacher.storeText;
      const found = resultDifference(expected.result, result);
      return found ?? (store === undefined || store === expected.store ? undefined : 'store');
    };
    await predictions.learned({
      result,
      observer,
      suspected: this.#suspected,
      ...(expected === undefined && strayed === undefined ? {} : { difference }),
    });
  }

  async #compose(): Promise<Play> {
    const { predictions, observer } = this;
    const composing = this.#composing;
    const chooser = this.#chooser;
    composing.chooser = chooser;
    const play = (this.#play ??= await beginPlay(predictions, composing, this.#commands, observer));
    const { decisions, choices } = play;
    // The last one is taken again in any case: it may be where nobody knew how to go on.
    const last = decisions.length - 1;
    let from = 0;
    while (from < last && chooser.choose(decisions[from]!) === choices[from]) from += 1;
    // The decision at which it leaves the other one is asked about again there.
    chooser.again(from);
    if (!(await play.run(Math.max(0, from)))) throw new UnknownError('that it is given up');
    return play;
  }
}
