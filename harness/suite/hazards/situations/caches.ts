import type { SuiteCache } from '../../adapters/suite-adapter.js';
import type { CacheUser } from '../../cast/cache-user.js';

/** Why hazards about changes do not apply. @internal */
export function unlessItChanges({ update, invalidate }: SuiteCache): string | undefined {
  return update === undefined && invalidate === undefined ? 'nobody can tell it of a change' : undefined;
}

/** Who changes something, and reads once everybody must have heard of it. @internal */
export function changeAndRead({ localLagMs }: SuiteCache): (user: CacheUser) => Promise<void> {
  return async ({ change, read, sleep }) => {
    await change();
    // Only time that passes makes that lag end.
    if (localLagMs !== undefined) await sleep(Math.floor(localLagMs) + 1);
    await read();
  };
}
