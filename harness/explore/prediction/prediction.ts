import type { Environment } from '../../execution/host/environment.js';
import type { PredictionReport } from '../../record/verdict.js';
import type { Scenario } from '../../scenario/types.js';
import type { CreatePredicting } from '../exhaustive/predicting.js';
import { Predictor } from './predictor.js';

/** An exploration, as far as it matters here. @internal */
export interface Predictable {
  readonly environment: Environment;
  readonly scenario: Scenario;
  readonly checked: { readonly predict: boolean; readonly seed: number };
}

/** Prediction in one exploration, which may have no search that can make use of it. @internal */
export class Prediction {
  #predictor: Predictor | undefined;
  /** For the search; undefined where nothing is to be predicted. */
  readonly create?: CreatePredicting;

  constructor({ environment, scenario, checked: { predict, seed } }: Predictable) {
    if (predict)
      this.create = (observer) => (this.#predictor = new Predictor(environment, scenario, seed, observer));
  }

  /** How executions were come by; undefined where nobody asked for predictions. */
  get report(): PredictionReport | undefined {
    if (this.create === undefined) return undefined;
    const none = { run: 0, predicted: 0, checked: 0 };
    if (this.#predictor === undefined) return { ...none, ended: 'only an exhaustive search composes any' };
    const { report } = this.#predictor;
    if (report.run > 0 || report.ended !== undefined) return report;
    return { ...report, ended: 'the exhaustive search was not needed' };
  }
}
