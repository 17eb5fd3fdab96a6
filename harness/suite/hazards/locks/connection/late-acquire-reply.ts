import type { WorkerBody } from '../../../../scenario/types.js';
import type { SuiteLock } from '../../../adapters/suite-adapter.js';
import { lockUser } from '../../../cast/lock-user.js';
import { ACQUISITION, type Hazard } from '../../hazard.js';
import { lockPromises, rival, successor } from '../../situations/locks.js';

const LATE_REPLY = { kind: 'late-reply', at: { worker: 1 } } as const;

function worksOnce(lock: SuiteLock): WorkerBody {
  return lockUser(lock, async ({ ask, giveBack, step }) => {
    if (!(await ask())) return;
    await step('work');
    await giveBack();
  });
}

/** The server said yes in time, and its answer took longer than the lease. @internal */
export const lateAcquireReply: Hazard<SuiteLock> = {
  id: 'late-acquire-reply',
  title: 'the answer to acquire arrives after the lease is over, and somebody else has the lock',
  demands: 'Who gets the answer is not told that it has the lock.',
  lesson: ACQUISITION,
  situation: (lock) => ({
    workers: [worksOnce(lock), lockUser(lock, successor(lock))],
    invariants: lockPromises(lock),
    faults: { kinds: [LATE_REPLY] },
  }),
  crowd: (lock) => ({
    workers: [worksOnce(lock), lockUser(lock, successor(lock)), lockUser(lock, rival(lock))],
    invariants: lockPromises(lock),
    faults: { kinds: [LATE_REPLY] },
  }),
};
