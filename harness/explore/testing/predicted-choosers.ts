import { execute } from '../../execution/execution.js';
import type { Environment } from '../../execution/host/environment.js';
import type { Scenario } from '../../scenario/types.js';
import { CommandWatch } from '../exhaustive/observer/command-watch.js';
import { CommandFootprints } from '../footprints/command-footprints.js';
import { ChooserPredictor } from '../prediction/choosers/chooser-predictor.js';
import { Predictions, type PredictionCounts } from '../prediction/predictions.js';
import { createStrategy, type StrategyName } from '../search/strategies.js';

/** What a strategy of choosers came to with prediction. */
export interface DrivenChoosers extends PredictionCounts {
  /** Executions, run or not. */
  readonly executions: number;
  /** With those that were run, how predictions differed. */
  readonly differences: readonly string[];
}

/**
 * Runs all that is predicted of a strategy that knows of no events, and compares.
 *
 * @param runsMax - executions at most
 */
export async function drivePredictedChoosers(
  environment: Environment,
  cast: Scenario,
  name: StrategyName,
  runsMax: number,
): Promise<DrivenChoosers> {
  const predictions = new Predictions(environment, cast, 1, new CommandWatch(), true);
  const predictor = new ChooserPredictor(predictions);
  const strategy = createStrategy(name, {
    ...{ seed: 1, preemptions: 2, bounded: true, runs: runsMax, faults: cast.faults.budget, delays: 2 },
    commands: new CommandFootprints(environment.control),
    deadlines: cast.setup !== undefined,
    clientTimers: false,
  });
  let executions = 0;
  try {
    for (; executions < runsMax && predictions.goesOn; executions++) {
      const planned = strategy.start();
      if (planned === undefined) break;
      await predictor.next(planned);
      const result = await execute(environment, cast, { ...predictor.followed, seed: 1 });
      await planned.learn(result);
      await predictor.learned(result);
    }
  } finally {
    await strategy.close?.();
    await predictions.commands.close();
  }
  return { ...predictions.counts, executions, differences: predictions.differences };
}
