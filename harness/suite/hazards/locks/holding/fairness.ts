import type { SuiteLock } from '../../../adapters/suite-adapter.js';
import { inOrderOfAsking } from '../../../checks/lock-checks.js';
import { lockUser } from '../../../cast/lock-user.js';
import { ACQUISITION, type Hazard } from '../../hazard.js';
import { partOfLease, unlessItWaits } from '../../situations/locks.js';

/** Who waits longest is next, where the lock says so. @internal */
export const fairness: Hazard<SuiteLock> = {
  id: 'fairness',
  title: 'two wait for the lock, one longer than the other',
  demands: 'Who has waited longer gets the lock first.',
  lesson: ACQUISITION,
  unless: (lock) => (lock.fair ? unlessItWaits(lock) : 'it does not promise that who waits longest is next'),
  situation: (lock) => ({
    workers: [0, 0.1, 0.2].map((part) =>
      lockUser(lock, async ({ ask, giveBack, sleep }) => {
        if (part > 0) await sleep(partOfLease(lock, part));
        if (!(await ask(lock.ttlMs))) return;
        await sleep(partOfLease(lock, 0.3));
        await giveBack();
      }),
    ),
    invariants: [inOrderOfAsking()],
  }),
  preemptions: 1,
};
