import type { Environment } from '../../execution/host/environment.js';
import type { PredictionReport } from '../../record/verdict.js';
import type { Scenario } from '../../scenario/types.js';
import type { CreatePredicting } from '../exhaustive/predicting.js';
import { Predictor } from './predictor.js';

/** An exploration, as far as it matters here. @internal */
export interface Predictable {
  readonly environment: Environment;
  readonly scenario: Scenario;
  readonly options: { readonly crew?: unknown };
  readonly checked: { readonly predict: boolean; readonly seed: number };
}

/** Prediction in one exploration, which may have no search that can make use of it. @internal */
export class Prediction {
  #predictor: Predictor | undefined;
  /** For the search; undefined where nothing is to be predicted. */
  readonly create?: CreatePredicting;

  constructor({ environment, scenario, options, checked: { predict, seed } }: Predictable) {
    // Other processes run what this one would have to learn from.
    if (predict && options.crew === undefined)
      this.create = (observer) => (this.#predictor = new Predictor(environment, scenario, seed, observer));
  }

  /** How executions were come by; undefined where none was predicted. */
  get report(): PredictionReport | undefined {
    return this.#predictor?.report;
  }
}
