import type { SuiteLock } from '../../../adapters/suite-adapter.js';
import { lockUser } from '../../../cast/lock-user.js';
import { RESET, type Hazard } from '../../hazard.js';
import { lockPromises, partOfLease } from '../../situations/locks.js';

/** The server never saw the command, and the client fails at once instead of sending it again. @internal */
export const resetBeforeSend: Hazard<SuiteLock> = {
  id: 'reset-before-send',
  title: 'the connection is reset before a command was sent, and the client does not send it again',
  demands:
    'Nobody is told that it has a lock that it has not, no error is left unhandled, and everybody comes back.',
  lesson: RESET,
  situation: (lock) => ({
    workers: lockUser(lock, async ({ ask, giveBack, sleep, step }) => {
      for (let nth = 0; nth < 2; nth++) {
        if (await ask()) {
          await step('work');
          return giveBack();
        }
        await sleep(partOfLease(lock, 0.1));
      }
    }),
    workerCount: 2,
    interchangeable: true,
    client: { retryStrategy: () => 50, maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false },
    invariants: lockPromises(lock).filter(({ id }) => id !== 'a free lock can be had'),
    faults: { kinds: ['reset-before-send'] },
  }),
};
