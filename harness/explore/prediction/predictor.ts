import type { ExecutionResult } from '../../execution/execution.js';
import type { LiveObserver, LiveSearch } from '../exhaustive/observer/observer.js';
import type { TakenExecution } from '../exhaustive/parts.js';
import type { Predicting } from '../exhaustive/predicting.js';
import { differenceFrom, type Expected } from './comparisons.js';
import { Composer } from './composer.js';
import type { Predictions } from './predictions.js';
import type { PuppetStage } from './puppets/puppet-stage.js';

/**
 * Executions of a search that need not be run: each worker and each command is learned step by step, from executions that are,
 * and what is made of known steps only is composed (dynamic interface reduction: Guo et al., Practical Software Model Checking
 * via Dynamic Interface Reduction, SOSP 2011). The search stays as it is: an execution comes from elsewhere, and is counted.
 *
 * Deviation: the paper explores components by themselves and composes what they show to one another. Here the search of the
 * whole decides what comes next, and only steps are taken from what is known; so nothing is explored that could not be run.
 *
 * @internal
 */
export class Predictor implements Predicting {
  readonly #composer: Composer;
  #expected: Expected | undefined;
  /** It was composed, and something is wrong with it. */
  #suspected = false;

  /** @param observer - of the search */
  constructor(
    readonly predictions: Predictions,
    readonly observer: LiveObserver,
  ) {
    this.#composer = new Composer(predictions, observer);
    if (predictions.goesOn) observer.witness = predictions.teacher;
  }

  get goesOn(): boolean {
    return this.predictions.goesOn;
  }

  async next(search: LiveSearch): Promise<TakenExecution | undefined> {
    const { predictions } = this;
    this.#expected = undefined;
    this.#suspected = predictions.teacher.readsAll = false;
    if (!predictions.goesOn) this.observer.witness = undefined;
    const { aspects, known } = this.observer;
    // Where there is more to know than the search knows, it is about to begin anew.
    if (!predictions.hasLearned || aspects.size > known) return undefined;
    const composed = await predictions.tried(() => this.#composer.compose(search.current()));
    if (composed === undefined) return undefined;
    const { stage, moves, unsure, choices, ...rest } = composed;
    const whole = composed.ending === 'maximal';
    if (whole && !(await this.#isRight(stage))) return undefined;
    const { history, nothing, states } = stage.asStage;
    const sights = await predictions.watch.see({
      points: moves,
      history,
      nothing,
      states,
      capped: undefined,
      abandoned: !whole,
      waited: false,
    } as unknown as ExecutionResult);
    const played = { ...rest, capped: undefined, sights, learnt: [] };
    if (predictions.isToBeCompared()) {
      this.#expected = { played, stage, heldBack: this.observer.heldBack };
      predictions.teacher.readsAll = true;
      return undefined;
    }
    predictions.composed(unsure, choices);
    return played;
  }

  async learned(
    result: ExecutionResult,
    taken: Pick<TakenExecution, 'points' | 'ending' | 'left'> | undefined,
  ): Promise<void> {
    const { predictions, observer } = this;
    if (!predictions.goesOn) return;
    const expected = this.#expected;
    this.#expected = undefined;
    const difference = async (): Promise<string | undefined> => {
      const { heldBack } = observer;
      const sights = await predictions.watch.see(result);
      const store = predictions.teacher.storeText;
      return differenceFrom(expected!, { result, taken, sights, heldBack, store });
    };
    await predictions.learned({
      result,
      observer,
      suspected: this.#suspected,
      difference: expected && difference,
    });
  }

  /** Is nothing wrong with an execution that was composed to its end? Not where only the execution itself can tell. */
  async #isRight(stage: PuppetStage): Promise<boolean> {
    const judgement = await this.predictions.judge(stage, this.#composer.observer);
    // An invariant has looked at what nobody knew to matter.
    const isNew = this.#composer.knowsMore;
    this.#suspected = judgement === 'wrong' && !isNew;
    return judgement === 'right' && !isNew;
  }
}
