import type { SuiteLock } from '../../../adapters/suite-adapter.js';
import { lockUser } from '../../../cast/lock-user.js';
import { ACQUISITION, type Hazard } from '../../hazard.js';
import { lockPromises, successor } from '../../situations/locks.js';

/** The work takes longer than the lease. @internal */
export const releaseAfterExpiry: Hazard<SuiteLock> = {
  id: 'release-after-expiry',
  title: 'the lock is given back after its lease is over, and somebody else has it',
  demands:
    'The lock of the other one stays: nobody else gets it, and a release that says whether the lock was its own says no.',
  lesson: ACQUISITION,
  unless: ({ renews }) => (renews ? 'its lease lasts as long as its holder goes on' : undefined),
  situation: (lock) => ({
    workers: [
      lockUser(lock, async ({ ask, giveBack, sleep }) => {
        if (!(await ask())) return;
        await sleep(Math.ceil(lock.ttlMs * 1.3));
        await giveBack();
        if (await ask()) await giveBack();
      }),
      lockUser(lock, successor(lock)),
    ],
    invariants: lockPromises(lock),
  }),
};
