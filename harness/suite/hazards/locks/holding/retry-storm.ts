import type { SuiteLock } from '../../../adapters/suite-adapter.js';
import { asksInModeration } from '../../../checks/lock-checks.js';
import { lockUser } from '../../../cast/lock-user.js';
import { ACQUISITION, type Hazard } from '../../hazard.js';
import { lockPromises, partOfLease, unlessItWaits } from '../../situations/locks.js';

/** Those who wait, and a connection that is lost: what they send is what the server has to do. @internal */
export const retryStorm: Hazard<SuiteLock> = {
  id: 'retry-storm',
  title: 'who waits for the lock loses its connection',
  demands:
    'One has the lock at a time, everybody comes to an end, and who waits sends at most ten commands and one more for each 5 ms.',
  lesson: ACQUISITION,
  unless: unlessItWaits,
  situation: (lock) => ({
    workers: lockUser(lock, async ({ ask, giveBack, sleep }) => {
      if (!(await ask(partOfLease(lock, 0.5)))) return;
      await sleep(partOfLease(lock, 0.3));
      await giveBack();
    }),
    workerCount: 2,
    interchangeable: true,
    invariants: [...lockPromises(lock).slice(0, 1), asksInModeration()],
    faults: { kinds: ['reset-before-send'] },
  }),
  // With what they ask again and again: each further preemption makes it a hundred times more.
  preemptions: 0,
};
