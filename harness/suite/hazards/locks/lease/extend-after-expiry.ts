import type { SuiteLock } from '../../../adapters/suite-adapter.js';
import { lockUser } from '../../../cast/lock-user.js';
import { LIFETIME, type Hazard } from '../../hazard.js';
import { lockPromises, longerThanLease, partOfLease, unlessItExtends } from '../../situations/locks.js';

/** An extension is late. @internal */
export const extendAfterExpiry: Hazard<SuiteLock> = {
  id: 'extend-after-expiry',
  title: 'an extension comes after the lease is over, and somebody else has, or had, the lock',
  demands:
    'The extension says that the lock was lost, however late each of its commands is, and the other one keeps it.',
  lesson: LIFETIME,
  unless: unlessItExtends,
  situation: (lock) => ({
    workers: [
      lockUser(lock, async ({ ask, longer, giveBack }) => {
        if (!(await ask())) return;
        await longer();
        await giveBack();
        await ask();
      }),
      lockUser(lock, async ({ ask, giveBack, sleep }) => {
        await sleep(longerThanLease(lock));
        if (!(await ask())) return;
        await sleep(partOfLease(lock, 0.6));
        await giveBack();
      }),
    ],
    invariants: lockPromises(lock),
    faults: { kinds: [{ kind: 'worker-pause', durationMs: Math.ceil(lock.ttlMs * 1.4), at: { worker: 1 } }] },
  }),
};
