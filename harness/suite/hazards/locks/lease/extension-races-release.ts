import type { SuiteLock } from '../../../adapters/suite-adapter.js';
import { lockUser } from '../../../cast/lock-user.js';
import { LIFETIME, type Hazard } from '../../hazard.js';
import { lockPromises, unlessItExtends } from '../../situations/locks.js';

/** A heartbeat is under way while the work comes to its end. @internal */
export const extensionRacesRelease: Hazard<SuiteLock> = {
  id: 'extension-races-release',
  title: 'the lease is made longer while the lock is given back',
  demands: 'Once both are over nobody has the lock: whoever asks gets it.',
  lesson: LIFETIME,
  unless: unlessItExtends,
  situation: (lock) => ({
    workers: [
      lockUser(lock, async ({ ask, longer, giveBack, step }) => {
        if (!(await ask())) return;
        const heartbeat = step('heartbeat').then(longer);
        const end = step('the work is done').then(giveBack);
        await Promise.all([heartbeat, end]);
        if (await ask()) await giveBack();
      }),
      lockUser(lock, async ({ ask, giveBack }) => {
        if (await ask()) await giveBack();
      }),
    ],
    invariants: lockPromises(lock),
  }),
};
