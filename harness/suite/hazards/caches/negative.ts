import { shared } from '../../../scenario/shared.js';
import type { SuiteCache } from '../../adapters/suite-adapter.js';
import { everyReadAnswered, neverStale, nothingIsCached } from '../../checks/cache-checks.js';
import { cacheUser } from '../../cast/cache-user.js';
import { CACHE_ASIDE, type Hazard } from '../hazard.js';
import { changeAndRead, unlessItChanges } from '../situations/caches.js';

/** What is not there is cached, too; then it is there. @internal */
export const negative: Hazard<SuiteCache> = {
  id: 'negative',
  title: 'it is cached that there is nothing, and then there is something',
  demands: 'Who reads once it is there gets it, and as long as there is nothing that is loaded once.',
  lesson: CACHE_ASIDE,
  unless: (cache) => (cache.negative ? unlessItChanges(cache) : 'it does not cache that there is nothing'),
  situation: (cache) => {
    const truth = shared('truth', 0);
    return {
      workers: [
        cacheUser(cache, truth, async ({ read }) => {
          await read();
          await read();
        }),
        cacheUser(cache, truth, async (user) => {
          // The others may read before the change begins.
          await user.step('nothing is there');
          await changeAndRead(cache)(user);
        }),
      ],
      invariants: [neverStale(cache.localLagMs), everyReadAnswered(0), nothingIsCached(cache.ttlMs)],
    };
  },
};
