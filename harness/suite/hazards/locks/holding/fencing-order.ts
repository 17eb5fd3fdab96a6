import type { SuiteLock } from '../../../adapters/suite-adapter.js';
import { tokensGrow } from '../../../checks/lock-checks.js';
import { lockUser } from '../../../cast/lock-user.js';
import { LIFETIME, type Hazard } from '../../hazard.js';
import { lockPromises, longerThanLease } from '../../situations/locks.js';

/** Tokens are what protects a resource from a holder that is late. @internal */
export const fencingOrder: Hazard<SuiteLock> = {
  id: 'fencing-order',
  title: 'a late holder, and a resource that looks at fencing tokens',
  demands:
    'Who gets the lock after somebody else gets a token above that one, whatever the late holder does.',
  lesson: LIFETIME,
  unless: ({ token }) => (token === undefined ? 'it has no fencing tokens' : undefined),
  situation: (lock) => ({
    workers: lockUser(lock, async ({ ask, giveBack, sleep }) => {
      if (!(await ask())) {
        await sleep(longerThanLease(lock));
        if (!(await ask())) return;
      }
      await giveBack();
    }),
    workerCount: 2,
    interchangeable: true,
    invariants: [tokensGrow(), ...lockPromises(lock)],
    faults: {
      kinds: [{ kind: 'worker-pause', durationMs: longerThanLease(lock) }],
    },
  }),
};
