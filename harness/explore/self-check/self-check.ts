import { real } from '../../clock/globals.js';
import type { ExecutionResult } from '../../execution/execution.js';
import type { Environment } from '../../execution/host/environment.js';
import { STARVED } from '../../execution/judge/built-in.js';
import { firstDifference } from '../../record/compare.js';
import { areAlike } from '../../scenario/recast.js';
import type { Scenario } from '../../scenario/types.js';
import { notTheSame } from './not-the-same.js';
import { differenceBetweenWorkers } from '../search/alike.js';
import { runTape } from '../tape/run-tape.js';
import { Tape } from '../tape/tape.js';

/**
 * Checks what every exploration takes for granted. The calm execution is run twice, and must come to the same: what
 * differs is not under the lab's control. The first one in a process may be another, since libraries prepare themselves then (load
 * a file, compile, remember): where it is, the second and a third must be the same. And workers that count as interchangeable must be.
 *
 * @param seed - seeds the random numbers of the workers
 * @param untilMs - real time at which the exploration is to be over
 * @returns what is wrong, in words; undefined where nothing is
 * @internal
 */
export async function selfCheck(
  environment: Environment,
  scenario: Scenario,
  seed: number,
  untilMs: number,
): Promise<string | undefined> {
  const calm = new Tape([]);
  const run = async (): Promise<ExecutionResult> =>
    (await runTape(environment, scenario, calm, { seed, untilMs })).result;
  const first = await run();
  // That a worker spins takes seconds to see, and the exploration runs it again anyway.
  if (first.finding?.id === STARVED) return undefined;
  const second = await run();
  if (firstDifference(first, second) !== undefined) {
    const third = await run();
    const found = firstDifference(second, third);
    if (found !== undefined) return notTheSame(found, second, third, real.Date.now());
  }
  if (!areAlike(scenario)) return undefined;
  return await differenceBetweenWorkers(environment, scenario, second, seed);
}
