import { shared } from '../../../scenario/shared.js';
import type { SuiteCache } from '../../adapters/suite-adapter.js';
import { everyReadAnswered, keptAtMost } from '../../checks/cache-checks.js';
import { cacheUser } from '../../cast/cache-user.js';
import { CACHE_ASIDE, type Hazard } from '../hazard.js';

/** Nobody tells the cache of a change: then its entries are as old as they may get. @internal */
export const expiry: Hazard<SuiteCache> = {
  id: 'expiry',
  title: 'an entry expires while others read it, and the source of truth was changed behind its back',
  demands: 'Every read gets an answer, and what was there before is forgotten once its time is over.',
  lesson: CACHE_ASIDE,
  situation: (cache) => {
    const truth = shared('truth', 1);
    return {
      workers: [
        cacheUser(cache, truth, async ({ read, sleep }) => {
          await read();
          await sleep(cache.ttlMs + Math.ceil(cache.ttlMs / 10));
          await read();
        }),
        cacheUser(cache, truth, async ({ changeBehind, read, sleep }) => {
          await changeBehind();
          await sleep(cache.ttlMs);
          await read();
        }),
      ],
      invariants: [keptAtMost(cache.ttlMs), everyReadAnswered(1)],
    };
  },
};
