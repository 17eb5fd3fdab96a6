import { shared } from '../../../scenario/shared.js';
import type { SuiteCache } from '../../adapters/suite-adapter.js';
import { neverStale } from '../../checks/cache-checks.js';
import { cacheUser } from '../../cast/cache-user.js';
import { LOST_UPDATE, type Hazard } from '../hazard.js';
import { changeAndRead, unlessItChanges } from '../situations/caches.js';

/** The order in which the cache hears of two changes need not be theirs. @internal */
export const lostUpdate: Hazard<SuiteCache> = {
  id: 'lost-update',
  title: 'two change the same value at once',
  demands: 'Who reads once both changes are over gets the later one.',
  lesson: LOST_UPDATE,
  unless: unlessItChanges,
  situation: (cache) => {
    const truth = shared('truth', 1);
    return {
      workers: cacheUser(cache, truth, changeAndRead(cache)),
      workerCount: 2,
      interchangeable: true,
      invariants: [neverStale(cache.localLagMs)],
    };
  },
};
