import type { SuiteLock } from '../../../adapters/suite-adapter.js';
import { lockUser } from '../../../cast/lock-user.js';
import { ACQUISITION, type Hazard } from '../../hazard.js';
import { lockPromises, longerThanLease, partOfLease } from '../../situations/locks.js';

/** The server said yes in time, and its answer took longer than the lease. @internal */
export const lateAcquireReply: Hazard<SuiteLock> = {
  id: 'late-acquire-reply',
  title: 'the answer to acquire arrives after the lease is over, and somebody else has the lock',
  demands: 'Who gets the answer is not told that it has the lock.',
  lesson: ACQUISITION,
  situation: (lock) => ({
    workers: [
      lockUser(lock, async ({ ask, giveBack, step }) => {
        if (!(await ask())) return;
        await step('work');
        await giveBack();
      }),
      lockUser(lock, async ({ ask, giveBack, sleep }) => {
        await sleep(longerThanLease(lock));
        if (!(await ask())) return;
        await sleep(partOfLease(lock, 0.6));
        await giveBack();
      }),
    ],
    invariants: lockPromises(lock),
    faults: { kinds: [{ kind: 'late-reply', at: { worker: 1 } }] },
  }),
};
