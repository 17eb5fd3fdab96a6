import type { SuiteLock } from '../../../adapters/suite-adapter.js';
import { lockUser } from '../../../cast/lock-user.js';
import { RESET, type Hazard } from '../../hazard.js';
import { asksOnceMore, lockPromises, successor } from '../../situations/locks.js';

/** The lock was given back, and the client does not know. @internal */
export const lostReleaseReply: Hazard<SuiteLock> = {
  id: 'lost-release-reply',
  title: 'the answer to release is lost with the connection, and the client sends the command again',
  demands: 'What is sent again takes nothing away from whoever has the lock by then.',
  lesson: RESET,
  situation: (lock) => ({
    workers: [lockUser(lock, asksOnceMore), lockUser(lock, successor(lock, 10))],
    invariants: lockPromises(lock).filter(({ id }) => id !== 'a free lock can be had'),
    faults: { kinds: [{ kind: 'reset-after-apply', at: { worker: 1 } }] },
  }),
};
