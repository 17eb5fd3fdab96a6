import { execute, type ExecutionResult } from '../../execution/execution.js';
import type { Environment } from '../../execution/host/environment.js';
import { scenario } from '../../scenario/scenario.js';
import type { Scenario, ScenarioOptions, WorkerBody } from '../../scenario/types.js';
import { classOf } from '../sampling/classes.js';
import type { Exhaustive } from '../exhaustive/exhaustive.js';
import type { Driven } from './drive.js';
import type { Body, Program } from './programs.js';

/** A program as workers on a real server: each runs one command after the other. */
export function liveScenario({ name, workers }: Program, options: Partial<ScenarioOptions> = {}): Scenario {
  return scenario({ name, workers: workers.map(liveWorker), invariants: [], ...options });
}

function liveWorker(body: Body): WorkerBody {
  return async ({ redis }) => {
    const commands = body();
    for (let next = commands.next(); next.done !== true;) {
      const [name, ...args] = next.value;
      const reply = (await redis.call(name!, ...args)) as string | number | null;
      next = commands.next(reply === null ? null : String(reply));
    }
  };
}

/**
 * Runs an exhaustive strategy to its end on the real server.
 *
 * @param each - is told of every execution that came to its end
 */
export async function driveLive(
  environment: Environment,
  cast: Scenario,
  strategy: Exhaustive,
  each: (result: ExecutionResult) => void = () => {},
): Promise<Driven> {
  let classes = new Set<string>();
  const { observer } = strategy;
  try {
    while (strategy.start()) {
      const { search } = observer;
      const result = await execute(environment, cast, { chooser: strategy, observer, seed: 1 });
      await strategy.learn(result);
      // It began anew.
      if (search !== observer.search) classes = new Set();
      else if (result.capped === undefined && !result.abandoned) {
        classes.add(classOf(observer.events));
        each(result);
      }
    }
  } finally {
    await strategy.close();
  }
  const { maximal, redundant, capped } = observer.search.counts;
  return { maximal, redundant, capped, classes };
}
