import type { SuiteLock } from '../../../adapters/suite-adapter.js';
import { lockUser } from '../../../cast/lock-user.js';
import { ACQUISITION, type Hazard } from '../../hazard.js';
import { lockPromises, partOfLease, unlessItWaits } from '../../situations/locks.js';

/** The answer comes just when whoever waits has had enough. @internal */
export const giveUp: Hazard<SuiteLock> = {
  id: 'give-up',
  title: 'who waits gives up just when the lock comes free',
  demands:
    'Who was told that it did not get the lock does not have it: the next one who asks, itself included, does get it.',
  lesson: ACQUISITION,
  unless: unlessItWaits,
  situation: (lock) => ({
    workers: [
      lockUser(lock, async ({ ask, giveBack, sleep }) => {
        if (!(await ask())) return;
        await sleep(partOfLease(lock, 0.3));
        await giveBack();
      }),
      lockUser(lock, async ({ ask, giveBack, sleep }) => {
        if (!(await ask(partOfLease(lock, 0.3)))) {
          await sleep(partOfLease(lock, 0.3));
          await ask();
        }
        await giveBack();
      }),
    ],
    invariants: lockPromises(lock),
    faults: { kinds: [{ kind: 'late-reply', at: { worker: 2 } }] },
  }),
};
