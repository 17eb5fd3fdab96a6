import type { ExecutionResult } from '../../execution/execution.js';
import type { Environment } from '../../execution/host/environment.js';
import type { PredictionReport } from '../../record/verdict.js';
import type { Scenario } from '../../scenario/types.js';
import { DivergenceError } from '../dpor/divergence.js';
import type { LiveObserver, LiveSearch } from '../exhaustive/observer/observer.js';
import type { TakenExecution } from '../exhaustive/parts.js';
import type { Predicting } from '../exhaustive/predicting.js';
import { RaceWatch } from '../sights/race-watch.js';
import { CommandOutcomes } from './store/command-outcomes.js';
import { Comparisons, differenceFrom, type Expected } from './comparisons.js';
import { Composer, type Composed } from './composer.js';
import { outOfReach } from './domain.js';
import { EndJudge } from './judge/end-judge.js';
import { LocalStates, UnknownError } from './local/local-states.js';
import type { PuppetStage } from './puppets/puppet-stage.js';
import { Teacher } from './teacher.js';
import { VariableLooks } from './variables/looks.js';

/** So many are run before it is given up where none could be predicted. */
const PATIENCE = 100;

/** How executions were come by, in figures. @internal */
export interface PredictionCounts {
  /** Composed of what was known, and not run. */
  readonly predicted: number;
  /** Run although they were predicted, and compared: they were the same. */
  readonly checked: number;
  /** Why no more were predicted from some point on. */
  readonly ended?: string;
}

/**
 * Executions that need not be run: each worker and each command is learned step by step, from executions that are, and what
 * is made of known steps only is composed (dynamic interface reduction: Guo et al., Practical Software Model Checking via
 * Dynamic Interface Reduction, SOSP 2011). The search stays as it is: an execution comes from elsewhere, and is counted.
 *
 * Deviation: the paper explores components by themselves and composes what they show to one another. Here the search of the
 * whole decides what comes next, and only steps are taken from what is known; so nothing is explored that could not be run.
 *
 * @internal
 */
export class Predictor implements Predicting {
  readonly teacher: Teacher;
  readonly #states = new LocalStates();
  readonly #outcomes = new CommandOutcomes();
  readonly #judge: EndJudge;
  readonly #composer: Composer;
  readonly #watch: RaceWatch;
  readonly #comparisons: Comparisons;
  readonly #variables: VariableLooks;
  #run = 0;
  #predicted = 0;
  #checked = 0;
  #ended: string | undefined;
  /** What was composed was composed wrongly, or may have been: nobody has been told yet. */
  #refuted = false;
  #expected: Expected | undefined;
  /** It was composed, and something is wrong with it. */
  #suspected = false;
  /** Where predictions and executions differed, in check mode. */
  readonly differences: string[] = [];

  /** @param everything - run all that is predicted, and compare */
  constructor(
    readonly environment: Environment,
    readonly scenario: Scenario,
    seed: number,
    readonly observer: LiveObserver,
    readonly everything = false,
  ) {
    this.teacher = new Teacher(this.#states, this.#outcomes, observer.commands);
    this.#composer = new Composer(
      observer.limits,
      seed,
      observer,
      this.teacher,
      this.#states,
      this.#outcomes,
    );
    this.#judge = new EndJudge(environment, scenario, seed);
    this.#watch = new RaceWatch(environment);
    this.#comparisons = new Comparisons(seed);
    const why = outOfReach(scenario, environment.serverClock.mode);
    this.teacher.onBegan = () =>
      this.#variables.began(this.#run, everything ? this.#checked : this.#predicted);
    this.teacher.onPerformed = () => this.#variables.stepped();
    const { setup, workers, invariants } = scenario;
    this.#variables = new VariableLooks([
      ...workers,
      ...(setup ? [setup] : []),
      ...invariants.map(({ check }) => check),
    ]);
    if (why === undefined) observer.witness = this.teacher;
    else this.#ended = why;
  }

  get goesOn(): boolean {
    return this.#ended === undefined;
  }

  /** How executions were come by so far. */
  get counts(): PredictionCounts {
    const ended = this.#ended;
    return {
      predicted: this.#predicted,
      checked: this.#checked,
      ...(ended === undefined ? {} : { ended }),
    };
  }

  /** The same for people. */
  get report(): PredictionReport {
    return { run: this.#run, ...this.counts };
  }

  async next(search: LiveSearch): Promise<TakenExecution | undefined> {
    this.#expected = undefined;
    this.#suspected = false;
    const { aspects, known } = this.observer;
    // Where there is more to know than the search knows, it is about to begin anew.
    if (this.#ended !== undefined || this.#run === 0 || aspects.size > known) return undefined;
    const composed = await this.#compose(search);
    if (composed === undefined) return undefined;
    const { stage, moves, onceSeen, ...rest } = composed;
    const whole = composed.ending === 'maximal';
    if (whole && !(await this.#isRight(stage))) return undefined;
    const { history, nothing, states } = stage.asStage;
    const sights = await this.#watch.see({
      points: moves,
      history,
      nothing,
      states,
      capped: undefined,
      abandoned: !whole,
      waited: false,
    } as unknown as ExecutionResult);
    const played = { ...rest, capped: undefined, sights, learnt: [] };
    if (this.everything || this.#comparisons.wants(this.#predicted, onceSeen)) {
      this.#expected = { played, stage, heldBack: this.observer.heldBack };
      return undefined;
    }
    this.#predicted += 1;
    return played;
  }

  async learned(
    result: ExecutionResult,
    taken: Pick<TakenExecution, 'points' | 'ending' | 'left'> | undefined,
  ): Promise<boolean> {
    this.#run += 1;
    if (this.#ended === undefined) await this.#learn(result, taken);
    const refuted = this.#refuted;
    this.#refuted = false;
    return refuted;
  }

  dropped(composed: number): void {
    this.#predicted = 0;
    const them = composed === 1 ? 'the one that was composed does' : `the ${composed} that were composed do`;
    this.#ended = `${this.#ended}; ${them} not count, and the search began anew`;
  }

  async #learn(
    result: ExecutionResult,
    taken: Pick<TakenExecution, 'points' | 'ending' | 'left'> | undefined,
  ): Promise<void> {
    const expected = this.#expected;
    this.#expected = undefined;
    if (this.#suspected && result.finding === undefined && !result.abandoned)
      this.#end('an invariant depends on more than the store and the history');
    if (expected !== undefined) await this.#compare(expected, result, taken);
    const variable = this.#variables.ended();
    const { contradiction } = this.teacher;
    const { aspects, deadlines } = this.observer;
    const [blind] = this.teacher.blind;
    if (contradiction !== undefined) this.#end(contradiction);
    else if (blind !== undefined)
      this.#end(`the invariant "${blind}" looks neither at the store nor at the history`);
    else if (variable !== undefined) this.#end(variable);
    else if (aspects.memory) this.#end('workers share memory');
    else if (aspects.endless) this.#end('a worker goes round in a loop without an end');
    else if (deadlines === 'any' || (deadlines?.size ?? 0) > 0) this.#end('keys of the setup have deadlines');
    else if (this.#run >= PATIENCE && this.#predicted + this.#checked === 0)
      this.#end('nothing of it could be predicted');
  }

  async #compose(search: LiveSearch): Promise<Composed | undefined> {
    try {
      return await this.#composer.compose(this.environment, this.scenario, search.current());
    } catch (error) {
      // Who runs it sees for himself where it leaves the plan.
      if (error instanceof UnknownError || error instanceof DivergenceError) return undefined;
      // The lab is at fault, not the scenario.
      this.differences.push(String((error as Error).stack));
      this.#end(`it could not be composed: ${(error as Error).message}`);
      return undefined;
    }
  }

  /** Is nothing wrong with an execution that was composed to its end? Not where only the execution itself can tell. */
  async #isRight(stage: PuppetStage): Promise<boolean> {
    const judgement = await this.#judge.judge(stage, this.#composer.observer);
    // An invariant has looked at what nobody knew to matter.
    const isNew = this.#composer.knowsMore;
    this.#suspected = judgement === 'wrong' && !isNew;
    return judgement === 'right' && !isNew;
  }

  async #compare(
    expected: Expected,
    result: ExecutionResult,
    taken: Pick<TakenExecution, 'points' | 'ending' | 'left'> | undefined,
  ): Promise<void> {
    const { heldBack } = this.observer;
    const sights = await this.#watch.see(result);
    const { storeText: store } = this.teacher;
    const different = differenceFrom(expected, { result, taken, sights, heldBack, store });
    if (different === undefined) this.#checked += 1;
    else {
      this.differences.push(different);
      this.#end(`a prediction was wrong: ${different}`);
    }
  }

  /** Ends prediction. Whatever it was that showed: what was composed before rests on the same knowledge. */
  #end(why: string): void {
    this.#ended ??= why;
    this.#refuted = true;
    this.observer.witness = undefined;
  }
}
