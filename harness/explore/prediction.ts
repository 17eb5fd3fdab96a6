import type { ExecutionResult } from '../execution/execution.js';
import type { Environment } from '../execution/host/environment.js';
import { turn } from '../execution/host/turn.js';
import type { Scenario } from '../scenario/types.js';
import { CommandWatch } from './exhaustive/observer/command-watch.js';
import type { CreatePredicting } from './exhaustive/predicting.js';
import type { PlannedExecution } from './strategy/strategy.js';
import { ChooserPredictor, type Followed } from './prediction/choosers/chooser-predictor.js';
import { Predictions, type PredictionCounts } from './prediction/predictions.js';
import { Predictor } from './prediction/predictor.js';

/**
 * So many executions a chooser decides about before anything is learned from one: most failures are found by then, and what
 * is learned is of no use to them.
 */
const PLAIN = 20;

/** An exploration, as far as it matters here. @internal */
export interface Predictable {
  readonly environment: Environment;
  readonly scenario: Scenario;
  readonly checked: { readonly predict: boolean; readonly seed: number };
  /** The search to go on with, and how many of its executions were composed. */
  readonly options: { readonly resume?: { readonly state: { readonly composed?: number } } | undefined };
}

/** Prediction in one exploration, whatever its strategy. @internal */
export class Prediction {
  readonly #predictions: Predictions | undefined;
  readonly #choosers: ChooserPredictor | undefined;
  /** Composed in earlier sessions. */
  readonly #before: number = 0;
  /** Executions that choosers decided about so far. */
  #chosen = 0;
  #isHere = false;
  /** The execution that is about to run was to be composed. */
  #follows = false;

  constructor({ environment, scenario, checked: { predict, seed }, options: { resume } }: Predictable) {
    if (!predict) return;
    this.#predictions = new Predictions(environment, scenario, seed, new CommandWatch());
    this.#before = resume?.state.composed ?? 0;
    this.#choosers = new ChooserPredictor(this.#predictions);
  }

  /** For an exhaustive search; undefined where nothing is to be predicted. */
  get create(): CreatePredicting | undefined {
    const predictions = this.#predictions;
    if (predictions?.goesOn !== true) return undefined;
    return {
      commands: predictions.commands,
      of: (observer) => new Predictor(predictions, observer),
    };
  }

  /**
   * What an execution comes to that a chooser decides about.
   *
   * @returns undefined where it is to be run
   */
  async compose(planned: PlannedExecution): Promise<ExecutionResult | undefined> {
    this.#isHere = false;
    if (planned.observer !== undefined || this.#predictions?.goesOn !== true) return undefined;
    // All of them in this process, so that it has seen the same, whoever helps.
    this.#isHere = (this.#chosen += 1) <= PLAIN;
    if (this.#isHere) return undefined;
    const composed = await this.#choosers!.next(planned);
    this.#follows = composed === undefined;
    // Others want a turn as well: nothing else lets them have one.
    if (composed !== undefined) await turn();
    return composed;
  }

  /**
   * An execution that is to be run, when all others are over, to show again what composed ones rest on: until nothing is left of
   * that, none of them counts.
   */
  nextUnsure(): Followed | undefined {
    const choices = this.#predictions?.nextUnsure();
    if (choices === undefined) return undefined;
    this.#follows = true;
    let at = 0;
    return this.#choosers!.follow({
      choose: () => choices[at++] ?? 0,
      // It is among the choices.
      forced: () => void (at += 1),
    });
  }

  /** That execution is to be run here. */
  get isHere(): boolean {
    return this.#follows || this.#isHere;
  }

  /** With what that execution is run, where something is to be learned from it. */
  get followed(): Followed | undefined {
    return this.#follows ? this.#choosers!.followed : undefined;
  }

  /** An execution was run. */
  async learned(result: ExecutionResult): Promise<void> {
    if (!this.#follows) return;
    this.#follows = false;
    await this.#choosers!.learned(result);
  }

  /** What was composed does not count: the exploration is to begin anew. */
  get refuted(): boolean {
    return this.#predictions?.refuted === true && this.#predictions.counts.predicted + this.#before > 0;
  }

  /** It begins anew. */
  drop(): void {
    this.#predictions!.drop(this.#before);
  }

  /** How many were not run; undefined where nobody asked for predictions. */
  get counts(): PredictionCounts | undefined {
    return this.#predictions?.counts;
  }

  /** Gives back what it holds on the server. */
  async close(): Promise<void> {
    await this.#predictions?.commands.close();
  }
}
