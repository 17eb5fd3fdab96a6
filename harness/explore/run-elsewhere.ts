import { turn } from '../execution/host/turn.js';
import type { InternalExploreOptions } from './internal-options.js';
import type { CrewTasks } from './search/crew-tasks.js';
import type { Elsewhere } from './strategy/crew.js';
import type { PlannedExecution } from './strategy/strategy.js';

/**
 * What the execution that was started came to, if that is certain without running it, or a crew has run it.
 *
 * @param onLost - is called before an error of the crew is passed on
 * @internal
 */
export async function runElsewhere(
  planned: PlannedExecution<CrewTasks>,
  { crew, signal }: Pick<InternalExploreOptions, 'crew' | 'signal'>,
  onLost: () => void,
): Promise<Elsewhere | 'stopped' | undefined> {
  const predicted = await planned.predicted?.();
  if (predicted !== undefined) {
    // Others want a turn as well: nothing else lets them have one.
    await turn();
    return predicted;
  }
  if (crew === undefined) return undefined;
  try {
    return await planned.elsewhere?.(crew);
  } catch (error) {
    // What stops an exploration may stop its crew, too.
    if (signal?.aborted === true) return 'stopped';
    onLost();
    throw error;
  }
}
