/** For tests: an exhaustive search that is stopped again and again. */
import type { Environment } from '../../execution/host/environment.js';
import type { Scenario } from '../../scenario/types.js';
import { parseSearch, type SavedSearch } from '../exhaustive/saved.js';
import { exploreWith } from '../explore.js';
import type { Verdict } from '../../record/verdict.js';

/**
 * Explores in sessions of so many executions, each from what the last one left in a file.
 *
 * @param each - is told of every session but the last
 */
export async function inSessions(
  environment: Environment,
  cast: Scenario,
  runs: number,
  each: (saved: SavedSearch, verdict: Verdict) => void,
): Promise<{ verdict: Verdict; sessions: number }> {
  let file: string | undefined;
  for (let sessions = 1; ; sessions++) {
    let saved: SavedSearch | undefined;
    const verdict = await exploreWith(cast, {
      session: environment,
      strategy: 'exhaustive',
      runs,
      onUnfinished: (search) => (saved = search),
      ...(file === undefined ? {} : { resume: parseSearch(file, 'file') }),
    });
    if (saved === undefined) return { verdict, sessions };
    each(saved, verdict);
    file = JSON.stringify(saved);
  }
}
