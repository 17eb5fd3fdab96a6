import type { SuiteLock } from '../../../adapters/suite-adapter.js';
import { lockUser } from '../../../cast/lock-user.js';
import { ACQUISITION, type Hazard } from '../../hazard.js';
import { lockPromises, longerThanLease, partOfLease } from '../../situations/locks.js';

/** A garbage collection, a suspended machine. What a late holder does to a resource is a matter of fencing tokens. @internal */
export const leaseOverInAPause: Hazard<SuiteLock> = {
  id: 'lease-over-in-a-pause',
  title: 'a process stands still for longer than its lease',
  demands:
    'Others get the lock then. When the process goes on, it is not told that it has got the lock, and gives back nothing of theirs.',
  lesson: ACQUISITION,
  situation: (lock) => ({
    workers: [
      lockUser(lock, async ({ ask, giveBack }) => {
        if (!(await ask())) return;
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
