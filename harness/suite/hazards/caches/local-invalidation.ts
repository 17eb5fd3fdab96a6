import { shared } from '../../../scenario/shared.js';
import type { SuiteCache } from '../../adapters/suite-adapter.js';
import { neverStale } from '../../checks/cache-checks.js';
import { cacheUser } from '../../cast/cache-user.js';
import { CACHE_ASIDE, type Hazard } from '../hazard.js';
import { unlessItChanges } from '../situations/caches.js';

/** What a process remembers by itself is told of changes by messages. @internal */
export const localInvalidation: Hazard<SuiteCache> = {
  id: 'local-invalidation',
  title:
    'a process remembers an entry by itself, another one changes it, and the message may be lost with a connection',
  demands: 'Once the time is over that it says it takes for all to hear, nobody reads what was there before.',
  lesson: CACHE_ASIDE,
  unless: (cache) =>
    cache.localLagMs === undefined ? 'it keeps nothing in the process' : unlessItChanges(cache),
  situation: (cache) => {
    const truth = shared('truth', 1);
    const lagMs = cache.localLagMs ?? 0;
    return {
      workers: [
        cacheUser(cache, truth, async ({ read, sleep }) => {
          await read();
          await sleep(lagMs * 2);
          await read();
        }),
        cacheUser(cache, truth, ({ change }) => change()),
      ],
      invariants: [neverStale(lagMs)],
      faults: { kinds: [{ kind: 'connection-drop', at: { worker: 1 } }] },
    };
  },
};
