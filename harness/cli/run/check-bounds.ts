import { UsageError } from '../context/errors.js';
import type { RunFlags } from './run-context.js';

/**
 * Refuses an option that the strategy does not keep to: everybody would believe in it all the same.
 *
 * @throws UsageError that names the option and the strategies that keep to it
 * @internal
 */
export function checkBounds({ strategy = 'auto', preemptions, delays, resume }: RunFlags): void {
  // With a bound on preemptions, auto is systematic.
  const searches = strategy === 'exhaustive' || (strategy === 'auto' && preemptions === undefined);
  const chosen = strategy === 'auto' ? 'auto with --preemptions' : strategy;
  if (preemptions !== undefined && strategy !== 'auto' && strategy !== 'systematic')
    throw new UsageError(`--preemptions bounds auto and systematic only: ${chosen} knows no such bound`);
  if (delays !== undefined && !searches)
    throw new UsageError(`--delays bounds auto and exhaustive only: ${chosen} knows no such bound`);
  if (resume === true && !searches)
    throw new UsageError(
      `--resume goes on with auto and exhaustive only: ${chosen} keeps nothing to go on with`,
    );
}
