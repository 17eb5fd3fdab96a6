import type { InternalExploreOptions } from './internal-options.js';
import type { CrewTasks } from './search/crew-tasks.js';
import type { Elsewhere } from './strategy/crew.js';
import type { PlannedExecution } from './strategy/strategy.js';

/**
 * What the execution that was started came to, if a crew has run it.
 *
 * @param onLost - is called before an error of the crew is passed on
 * @internal
 */
export async function runElsewhere(
  planned: PlannedExecution<CrewTasks>,
  { crew, signal }: Pick<InternalExploreOptions, 'crew' | 'signal'>,
  onLost: () => void,
): Promise<Elsewhere | 'stopped' | undefined> {
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
