import { execute } from '../../execution/execution.js';
import type { Environment } from '../../execution/host/environment.js';
import type { Scenario } from '../../scenario/types.js';
import type { SearchCounts } from '../dpor/search.js';
import type { CostLimits } from '../events/event.js';
import { Exhaustive } from '../exhaustive/exhaustive.js';
import type { LiveObserver } from '../exhaustive/observer/observer.js';
import { CommandWatch } from '../exhaustive/observer/command-watch.js';
import { Predictions, type PredictionCounts } from '../prediction/predictions.js';
import { Predictor } from '../prediction/predictor.js';

/** What an exhaustive search with prediction came to. */
export interface DrivenPredicted extends PredictionCounts, SearchCounts {
  /** Executions that were really run. */
  readonly run: number;
  /** With those, how predictions differed. */
  readonly differences: readonly string[];
  /** Some execution was wrong. */
  readonly found: boolean;
}

/**
 * Runs an exhaustive search with prediction to its end.
 *
 * @param everything - run what is predicted, too, and compare
 * @param runsMax - executions at most, predicted or not
 */
export async function drivePredicted(
  environment: Environment,
  cast: Scenario,
  limits: CostLimits,
  everything: boolean,
  runsMax = Infinity,
): Promise<DrivenPredicted> {
  const predictions = new Predictions(environment, cast, 1, new CommandWatch(), everything);
  const predicting = {
    commands: predictions.commands,
    of: (observer: LiveObserver) => new Predictor(predictions, observer),
  };
  let strategy = new Exhaustive(limits, undefined, predicting);
  let run = 0;
  let found = false;
  try {
    for (let all = 0; all < runsMax && strategy.start(); all++) {
      const predicted = await strategy.predicted();
      if (predicted !== undefined) {
        predicted.learn();
        continue;
      }
      run += 1;
      const { observer } = strategy;
      const result = await execute(environment, cast, { chooser: strategy, observer, seed: 1 });
      found ||= result.finding !== undefined;
      await strategy.learn(result);
      if (!predictions.refuted || predictions.counts.predicted === 0) continue;
      predictions.drop();
      strategy = new Exhaustive(limits);
    }
  } finally {
    await strategy.close();
    await predictions.commands.close();
  }
  const { counts } = strategy.observer.search;
  return { ...counts, ...predictions.counts, run, differences: predictions.differences, found };
}
