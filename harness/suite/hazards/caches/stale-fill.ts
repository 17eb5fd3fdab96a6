import { shared } from '../../../scenario/shared.js';
import type { SuiteCache } from '../../adapters/suite-adapter.js';
import { neverStale } from '../../checks/cache-checks.js';
import { cacheUser } from '../../cast/cache-user.js';
import { CACHE_ASIDE, type Hazard } from '../hazard.js';
import { changeAndRead, unlessItChanges } from '../situations/caches.js';

/** A reader loads, somebody else changes and invalidates, and the reader fills the cache with what it has. @internal */
export const staleFill: Hazard<SuiteCache> = {
  id: 'stale-fill',
  title: 'what was loaded before a change is put into the cache after it',
  demands: 'Who reads after the change is over gets what it made.',
  lesson: CACHE_ASIDE,
  unless: unlessItChanges,
  situation: (cache) => {
    const truth = shared('truth', 1);
    return {
      workers: [cacheUser(cache, truth, ({ read }) => read()), cacheUser(cache, truth, changeAndRead(cache))],
      invariants: [neverStale(cache.localLagMs)],
    };
  },
};
