import type { SuiteLock } from '../../../adapters/suite-adapter.js';
import { lockUser } from '../../../cast/lock-user.js';
import { LIFETIME, type Hazard } from '../../hazard.js';
import { lockPromises, pausePastLease, successor, unlessItExtends } from '../../situations/locks.js';

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
      lockUser(lock, successor(lock)),
    ],
    invariants: lockPromises(lock),
    faults: { kinds: [pausePastLease(lock)] },
  }),
};
