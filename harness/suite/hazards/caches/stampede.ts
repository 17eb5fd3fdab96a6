import { shared } from '../../../scenario/shared.js';
import type { SuiteCache } from '../../adapters/suite-adapter.js';
import { everyReadAnswered, loadsAtMost } from '../../checks/cache-checks.js';
import { cacheUser } from '../../cast/cache-user.js';
import { CACHE_ASIDE, type Hazard } from '../hazard.js';

/** Everybody misses at once. @internal */
export const stampede: Hazard<SuiteCache> = {
  id: 'stampede',
  title: 'three processes miss at the same time',
  demands:
    'One of them loads, and all get what it loaded; unless it takes as long as an entry lasts, when others may load, too.',
  lesson: CACHE_ASIDE,
  // Those that look again and again make it too many.
  preemptions: 1,
  unless: ({ oneLoad }) => (oneLoad ? undefined : 'it does not promise that one loads for all'),
  situation: (cache) => {
    const truth = shared('truth', 1);
    return {
      workers: cacheUser(cache, truth, ({ read }) => read()),
      workerCount: 3,
      interchangeable: true,
      invariants: [loadsAtMost(1, 'the others wait for it', cache.ttlMs), everyReadAnswered(1)],
    };
  },
};
