import type { SuiteLock } from '../../../adapters/suite-adapter.js';
import { lockUser } from '../../../cast/lock-user.js';
import { ACQUISITION, type Hazard } from '../../hazard.js';
import { lockPromises } from '../../situations/locks.js';

/** Three at once, and nothing goes wrong. @internal */
export const contention: Hazard<SuiteLock> = {
  id: 'contention',
  title: 'three ask at the same time',
  demands:
    'One has the lock at a time; who is told that it is taken is told so while somebody has it or asks; and every one comes to an end.',
  lesson: ACQUISITION,
  situation: (lock) => ({
    workers: lockUser(lock, async ({ ask, giveBack, step }) => {
      if (!(await ask())) return;
      await step('work');
      await giveBack();
    }),
    workerCount: 3,
    interchangeable: true,
    invariants: lockPromises(lock),
  }),
};
