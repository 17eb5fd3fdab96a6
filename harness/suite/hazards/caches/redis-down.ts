import { shared } from '../../../scenario/shared.js';
import type { SuiteCache } from '../../adapters/suite-adapter.js';
import { everyReadAnswered } from '../../checks/cache-checks.js';
import { cacheUser } from '../../cast/cache-user.js';
import { CASCADE, type Hazard } from '../hazard.js';

/** Without its cache a shop is slow, and not closed. @internal */
export const redisDown: Hazard<SuiteCache> = {
  id: 'redis-down',
  title: 'from some command on nothing reaches Redis any more',
  demands: 'Every read gets what the source of truth has.',
  lesson: CASCADE,
  unless: ({ fallback }) => (fallback ? undefined : 'it does not promise to work without Redis'),
  situation: (cache) => {
    const truth = shared('truth', 1);
    return {
      workers: cacheUser(cache, truth, async ({ read }) => {
        await read();
        await read();
      }),
      workerCount: 1,
      mayNotRace: true,
      client: { maxRetriesPerRequest: 1 },
      recoversWithinOperations: 10,
      invariants: [everyReadAnswered(1)],
      faults: { kinds: ['outage'] },
    };
  },
};
