import type { SuiteLock } from '../../../adapters/suite-adapter.js';
import { lockUser } from '../../../cast/lock-user.js';
import { ACQUISITION, type Hazard } from '../../hazard.js';
import { lockPromises, successor } from '../../situations/locks.js';

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
      lockUser(lock, successor(lock)),
    ],
    invariants: lockPromises(lock),
    faults: { kinds: [{ kind: 'late-reply', at: { worker: 1 } }] },
  }),
};
