import type { SuiteLock } from '../../../adapters/suite-adapter.js';
import { lockUser } from '../../../cast/lock-user.js';
import { ACQUISITION, type Hazard } from '../../hazard.js';
import { lockPromises, partOfLease } from '../../situations/locks.js';

/** The server gave the lock, and the answer was lost with the connection. @internal */
export const lostAcquireReply: Hazard<SuiteLock> = {
  id: 'lost-acquire-reply',
  title: 'the answer to acquire is lost with the connection, and the client sends the command again',
  demands:
    'Nobody else is there: whoever asks gets the lock before a lease is over that it was never told of, or an error that says that nobody can tell.',
  lesson: ACQUISITION,
  situation: (lock) => ({
    workers: lockUser(lock, async ({ ask, giveBack }) => {
      if (await ask(partOfLease(lock, 0.8))) await giveBack();
    }),
    workerCount: 1,
    mayNotRace: true,
    invariants: lockPromises(lock).slice(1),
    faults: { kinds: ['reset-after-apply', 'truncated-reply'] },
  }),
  crowd: (lock) => ({
    workers: lockUser(lock, async ({ ask, giveBack }) => {
      if (await ask()) await giveBack();
    }),
    workerCount: 3,
    interchangeable: true,
    invariants: lockPromises(lock),
    faults: { kinds: ['reset-after-apply', 'truncated-reply'] },
  }),
};
