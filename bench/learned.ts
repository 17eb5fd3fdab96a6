import { execute } from '../harness/execution/execution.js';
import type { Environment } from '../harness/execution/host/environment.js';
import { CommandWatch } from '../harness/explore/exhaustive/observer/command-watch.js';
import type { LiveObserver } from '../harness/explore/exhaustive/observer/observer.js';
import { Exhaustive } from '../harness/explore/exhaustive/exhaustive.js';
import { Predictions } from '../harness/explore/prediction/predictions.js';
import { Predictor } from '../harness/explore/prediction/predictor.js';
import type { Scenario } from '../harness/scenario/types.js';
import { heapMiB } from './collect.js';

/** What an exhaustive search has learned of workers and commands. */
export interface Learned {
  /** Steps of workers, and what came of commands. */
  readonly transitions: number;
  /** Heap that is free once it is forgotten, the tree of the search included. */
  readonly mib: number;
}

/** Explores with prediction, and weighs what is known then. @param runs - executions at most */
export async function learned(environment: Environment, cast: Scenario, runs: number): Promise<Learned> {
  const commands = new CommandWatch();
  let predictions: Predictions | undefined = new Predictions(environment, cast, 1, commands);
  let strategy: Exhaustive | undefined = new Exhaustive({ fault: cast.faults.budget, delay: 2 }, undefined, {
    commands,
    of: (observer: LiveObserver) => new Predictor(predictions!, observer),
  });
  try {
    for (let all = 0; all < runs && strategy.start(); all++) {
      const predicted = await strategy.predicted();
      if (predicted !== undefined) predicted.learn();
      else {
        const { observer } = strategy;
        await strategy.learn(await execute(environment, cast, { chooser: strategy, observer, seed: 1 }));
      }
    }
  } finally {
    await strategy.close();
    await commands.close();
  }
  const transitions = predictions.states.size + predictions.outcomes.size;
  const known = heapMiB();
  predictions = undefined;
  strategy = undefined;
  return { transitions, mib: known - heapMiB() };
}
