import type { SuiteLock } from '../../../adapters/suite-adapter.js';
import { lockUser } from '../../../cast/lock-user.js';
import { ACQUISITION, type Hazard } from '../../hazard.js';
import { lockPromises, patient } from '../../situations/locks.js';

/** A process dies, wherever it is. @internal */
export const holderCrash: Hazard<SuiteLock> = {
  id: 'holder-crash',
  title: 'a process dies, whatever it was about to send',
  demands: 'While its lease lasts nobody else gets the lock; once it is over, whoever asks does.',
  lesson: ACQUISITION,
  situation: (lock) => ({
    workers: lockUser(lock, patient(lock)),
    workerCount: 2,
    interchangeable: true,
    invariants: lockPromises(lock),
    faults: { kinds: ['worker-crash'] },
  }),
};
