import type { SuiteLock } from '../../../adapters/suite-adapter.js';
import { canBeHad, oneHolder } from '../../../checks/lock-checks.js';
import { lockUser } from '../../../cast/lock-user.js';
import type { Hazard } from '../../hazard.js';
import { asksOnceMore, partOfLease } from '../../situations/locks.js';

/** Nothing on one node protects a lease that the node has lost. @internal */
export const dataLoss: Hazard<SuiteLock> = {
  id: 'data-loss',
  title: 'the server dies, and starts again without its data',
  demands:
    'The lease that was lost protects nobody. Of those who ask afterwards one has the lock at a time, whatever its old holder sends; and all come back.',
  lesson: undefined,
  // Each execution with a restart takes a real one.
  preemptions: 1,
  situation: (lock) => ({
    workers: [
      lockUser(lock, asksOnceMore),
      lockUser(lock, async ({ ask, giveBack, sleep, step }) => {
        if (!(await ask())) {
          await sleep(partOfLease(lock, 0.2));
          if (!(await ask())) return;
        }
        await step('work');
        await giveBack();
      }),
    ],
    invariants: [oneHolder(lock, 'server-restart'), canBeHad(lock)],
    faults: { kinds: ['server-restart'] },
  }),
};
