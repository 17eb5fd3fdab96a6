import type { SuiteLock } from '../../../adapters/suite-adapter.js';
import { lockUser } from '../../../cast/lock-user.js';
import { LIFETIME, type Hazard } from '../../hazard.js';
import { lockPromises } from '../../situations/locks.js';

const MINUTE_MS = 60_000;

/** Somebody sets the clock of a machine. @internal */
export const clockSkew: Hazard<SuiteLock> = {
  id: 'clock-skew',
  title: 'the clock of a process is put ahead, or back, by a minute',
  demands: 'One has the lock at a time: how long a lease lasts is not for the clocks of its users to say.',
  lesson: LIFETIME,
  situation: (lock) => ({
    workers: lockUser(lock, async ({ ask, giveBack, step }) => {
      // A lock may look at the clock before it sends anything: it must be able to be wrong by then.
      await step('somebody sets the clock');
      if (!(await ask())) return;
      await step('work');
      await giveBack();
    }),
    workerCount: 2,
    interchangeable: true,
    invariants: lockPromises(lock).slice(0, 1),
    faults: {
      kinds: [
        { kind: 'clock-skew', skewMs: MINUTE_MS },
        { kind: 'clock-skew', skewMs: -MINUTE_MS },
      ],
    },
  }),
};
