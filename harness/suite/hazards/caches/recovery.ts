import { recovers } from '../../../check/invariants.js';
import { shared } from '../../../scenario/shared.js';
import type { SuiteCache } from '../../adapters/suite-adapter.js';
import { CACHE_OPERATIONS, loadsAtMost } from '../../checks/cache-checks.js';
import { cacheUser } from '../../cast/cache-user.js';
import { RESET, type Hazard } from '../hazard.js';

const READS = 4;
const PAUSE_MS = 100;

/** A connection is lost, once. @internal */
export const recovery: Hazard<SuiteCache> = {
  id: 'recovery',
  title: 'the connection is reset, once',
  demands: 'One read may be lost to it, and the cache is a cache again: the reads that follow load once.',
  lesson: RESET,
  unless: ({ ttlMs }) =>
    ttlMs > READS * PAUSE_MS ? undefined : `its entries are over while it is read for ${READS * PAUSE_MS} ms`,
  situation: (cache) => {
    const truth = shared('truth', 1);
    return {
      workers: cacheUser(cache, truth, async ({ read, sleep }) => {
        for (let nth = 0; nth < READS; nth++) {
          await read();
          await sleep(PAUSE_MS);
        }
      }),
      workerCount: 1,
      mayNotRace: true,
      client: { maxRetriesPerRequest: 0, retryStrategy: () => 50 },
      invariants: [
        recovers({ withinOperations: 1, operation: CACHE_OPERATIONS.read }),
        loadsAtMost(2, 'before the fault, and after it'),
      ],
      faults: { kinds: ['reset-before-send', 'reset-after-apply'] },
    };
  },
};
