import type { SuiteLock } from '../../../adapters/suite-adapter.js';
import { lockUser } from '../../../cast/lock-user.js';
import { scriptsAreSentAgain } from '../../../checks/lock-checks.js';
import type { Hazard } from '../../hazard.js';
import { lockPromises } from '../../situations/locks.js';

/** After a restart, or a failover, scripts are known by their text only. @internal */
export const noscript: Hazard<SuiteLock> = {
  id: 'noscript',
  title: 'the server forgets its scripts',
  demands: 'Nobody is told anything else than without it: what is asked for by a hash is sent as a text.',
  lesson: undefined,
  idle: 'it runs no script by its hash',
  situation: (lock) => ({
    workers: lockUser(lock, async ({ ask, longer, giveBack }) => {
      for (let nth = 0; nth < 2; nth++) {
        if (!(await ask())) continue;
        await longer();
        await giveBack();
      }
    }),
    workerCount: 2,
    interchangeable: true,
    invariants: [...lockPromises(lock), scriptsAreSentAgain()],
    faults: { kinds: ['server-noscript'] },
  }),
};
