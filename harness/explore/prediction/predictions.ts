import type { ExecutionResult } from '../../execution/execution.js';
import type { Environment } from '../../execution/host/environment.js';
import type { Choice } from '../../execution/steps/decision.js';
import type { PredictionReport } from '../../record/verdict.js';
import type { Scenario } from '../../scenario/types.js';
import { DivergenceError } from '../dpor/divergence.js';
import type { CommandWatch } from '../exhaustive/observer/command-watch.js';
import type { StepObserver } from '../exhaustive/observer/step-observer.js';
import { RaceWatch } from '../sights/race-watch.js';
import { Comparisons } from './comparisons.js';
import { outOfReach } from './domain.js';
import { EndJudge, type Judgement } from './judge/end-judge.js';
import { LocalStates, UnknownError } from './local/local-states.js';
import { Paying } from './paying.js';
import type { Seen } from './play.js';
import type { PuppetStage } from './puppets/puppet-stage.js';
import { CommandOutcomes } from './store/command-outcomes.js';
import { Teacher } from './teacher.js';
import { Unsure } from './unsure.js';
import { VariableLooks } from './variables/looks.js';

/** So many are run before it is given up where none could be predicted. */
const PATIENCE = 100;

/** Why it rests where it does not pay; what was composed counts. */
const TEACHING = 'most executions teach something new, and are sooner run than learned from';

/** How executions were come by, but for how many were run. @internal */
export type PredictionCounts = Omit<PredictionReport, 'run'>;

/** What there is to know of an execution that was run, besides what it showed of its steps. @internal */
export interface Ran {
  readonly result: ExecutionResult;
  /** Observed it. */
  readonly observer: StepObserver;
  /** It was composed, and something was wrong with it. */
  readonly suspected: boolean;
  /** In which parts it differs from what was composed, where it was run to compare; undefined where it does not. */
  readonly difference?: (() => Promise<string | undefined>) | undefined;
}

/**
 * What is known of the executions of one exploration, whoever decides about them: what was learned of workers and commands,
 * whether that may be relied on, and how many executions were come by in which way.
 *
 * @internal
 */
export class Predictions {
  readonly states = new LocalStates();
  readonly outcomes = new CommandOutcomes();
  readonly teacher: Teacher;
  readonly watch: RaceWatch;
  readonly #judge: EndJudge;
  readonly #comparisons: Comparisons;
  readonly #variables: VariableLooks;
  #run = 0;
  #predicted = 0;
  #checked = 0;
  #dropped = 0;
  #ended: string | undefined;
  readonly #paying = new Paying();
  #pays = true;
  readonly #unsure = new Unsure();
  /** What of it an execution was run for that is to show it again. */
  #asked: Seen | undefined;
  #refuted = false;
  /** Where predictions and executions differed. */
  readonly differences: string[] = [];

  /**
   * @param commands - asks the server what commands touch, in those that are run
   * @param everything - run all that is predicted, and compare
   */
  constructor(
    readonly environment: Environment,
    readonly scenario: Scenario,
    readonly seed: number,
    readonly commands: CommandWatch,
    readonly everything = false,
  ) {
    this.teacher = new Teacher(this.states, this.outcomes, commands);
    this.watch = new RaceWatch(environment);
    this.#judge = new EndJudge(environment, scenario, seed);
    this.#comparisons = new Comparisons(seed);
    const { setup, workers, invariants } = scenario;
    this.#variables = new VariableLooks([
      ...workers,
      ...(setup ? [setup] : []),
      ...invariants.map(({ check }) => check),
    ]);
    this.teacher.onBegan = () => this.#variables.began(this.#run);
    this.teacher.onPerformed = (isNew) => this.#variables.stepped(isNew);
    this.#ended = outOfReach(scenario, environment.serverClock.mode);
  }

  /** Executions may be composed yet. */
  get goesOn(): boolean {
    return this.#ended === undefined && this.#pays;
  }

  /** There is something to compose them of. */
  get hasLearned(): boolean {
    return this.goesOn && this.#run > 0;
  }

  /** What was composed was composed wrongly, or may have been: it does not count. */
  get refuted(): boolean {
    return this.#refuted;
  }

  /** How executions were come by so far. */
  get counts(): PredictionCounts {
    const ended = this.#ended ?? (this.#pays ? undefined : TEACHING);
    return {
      predicted: this.#predicted,
      checked: this.#checked,
      ...(this.#dropped === 0 ? {} : { dropped: this.#dropped }),
      ...(ended === undefined ? {} : { ended }),
    };
  }

  /** Is one that was composed to be run all the same? */
  isToBeCompared(): boolean {
    return this.everything || this.#comparisons.wants(this.#predicted);
  }

  /**
   * One was composed, and is not run.
   *
   * @param unsure - what it rests on that was seen in one execution only
   * @param choices - what was chosen at each of its steps
   */
  composed(unsure: readonly Seen[], choices: readonly Choice[]): void {
    this.#predicted += 1;
    this.#pays &&= this.#paying.note(true);
    this.#unsure.add(unsure, choices);
  }

  /**
   * What is to be chosen at each step of an execution that shows again what something composed rests on that was seen
   * in one only.
   *
   * @returns undefined where nothing is left of that
   */
  nextUnsure(): readonly Choice[] | undefined {
    if (this.#ended !== undefined) return undefined;
    if (this.#asked !== undefined) {
      if (this.#asked.seen === 1) {
        this.#end('what some were composed of never came again');
        return undefined;
      }
      this.#checked += 1;
    }
    const [one, choices] = this.#unsure.next() ?? [];
    this.#asked = one;
    return choices;
  }

  /** What was composed does not count any more. @param before - in earlier sessions */
  drop(before = 0): void {
    const all = this.#predicted + before;
    const them = all === 1 ? 'the one that was composed does' : `the ${all} that were composed do`;
    this.#dropped = all;
    this.#predicted = 0;
    this.#refuted = false;
    this.#ended = `${this.#ended}; ${them} not count, and the search began anew`;
  }

  /**
   * Composes something, if all that it takes is known.
   *
   * @returns undefined where it is to be run: whoever runs it sees for himself where it leaves the plan
   */
  async tried<T>(compose: () => Promise<T>): Promise<T | undefined> {
    try {
      return await compose();
    } catch (error) {
      if (error instanceof UnknownError || error instanceof DivergenceError) return undefined;
      // The lab is at fault, not the scenario.
      this.differences.push(String((error as Error).stack));
      this.#end(`it could not be composed: ${(error as Error).message}`);
      return undefined;
    }
  }

  /** Judges one that was composed to its end. @param observer - what invariants look at, it takes note of */
  judge(stage: PuppetStage, observer: StepObserver): Promise<Judgement> {
    return this.#judge.judge(stage, observer);
  }

  /** One was run, to learn from. */
  async learned({ result, observer, suspected, difference }: Ran): Promise<void> {
    this.#run += 1;
    if (this.#ended !== undefined) return;
    if (!this.everything) this.#pays &&= this.#paying.note(difference !== undefined);
    if (suspected && result.finding === undefined && !result.abandoned)
      this.#end('an invariant depends on more than the store and the history');
    if (difference !== undefined) this.#compared(await difference());
    const why = this.#whyNot(observer);
    if (why !== undefined) this.#end(why);
    else if (this.#run >= PATIENCE && this.#predicted + this.#checked === 0)
      this.#end('nothing of it could be predicted');
  }

  #compared(different: string | undefined): void {
    if (different === undefined) {
      this.#checked += 1;
      return;
    }
    this.differences.push(different);
    this.#end(`a prediction was wrong: ${different}`);
  }

  /** Why no more can be composed after all that the last execution showed, if there is a reason. */
  #whyNot({ aspects, deadlines }: StepObserver): string | undefined {
    const variable = this.#variables.ended();
    const { contradiction } = this.teacher;
    const [blind] = this.teacher.blind;
    if (contradiction !== undefined) return contradiction;
    if (blind !== undefined) return `the invariant "${blind}" looks neither at the store nor at the history`;
    if (variable !== undefined) return variable;
    if (aspects.memory) return 'workers share memory';
    if (aspects.endless) return 'a worker goes round in a loop without an end';
    if (deadlines === 'any' || (deadlines?.size ?? 0) > 0) return 'keys of the setup have deadlines';
    return undefined;
  }

  /** Ends prediction. Whatever it was that showed: what was composed before rests on the same knowledge. */
  #end(why: string): void {
    this.#ended ??= why;
    this.#refuted = true;
  }
}
