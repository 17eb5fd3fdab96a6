import type { SuiteLock } from '../../../adapters/suite-adapter.js';
import { lockUser } from '../../../cast/lock-user.js';
import { ACQUISITION, type Hazard } from '../../hazard.js';
import { asksOnceMore, lockPromises, pausePastLease, rival, successor } from '../../situations/locks.js';

/** A garbage collection, a suspended machine. What a late holder does to a resource is a matter of fencing tokens. @internal */
export const leaseOverInAPause: Hazard<SuiteLock> = {
  id: 'lease-over-in-a-pause',
  title: 'a process stands still for longer than its lease',
  demands:
    'Others get the lock then. When the process goes on, it is not told that it has got the lock, and gives back nothing of theirs.',
  lesson: ACQUISITION,
  situation: (lock) => ({
    workers: [lockUser(lock, asksOnceMore), lockUser(lock, successor(lock))],
    invariants: lockPromises(lock),
    faults: { kinds: [pausePastLease(lock)] },
  }),
  crowd: (lock) => ({
    workers: [lockUser(lock, asksOnceMore), lockUser(lock, successor(lock)), lockUser(lock, rival(lock))],
    invariants: lockPromises(lock),
    faults: { kinds: [pausePastLease(lock)] },
  }),
};
