import type { SuiteLimiter } from '../../adapters/suite-adapter.js';
import { notTooMany, refusedForAReason } from '../../checks/limiter-checks.js';
import { limiterUser } from '../../cast/limiter-user.js';
import { ACQUISITION, type Hazard } from '../hazard.js';

const ROUNDS = 3;

/** A process dies between two commands of the limiter. @internal */
export const crashInBetween: Hazard<SuiteLimiter> = {
  id: 'crash-in-between',
  title: 'a process dies while it asks, between INCR and EXPIRE say',
  demands: 'Once the window is over the others are admitted again.',
  lesson: ACQUISITION,
  situation: (limiter) => ({
    workers: [
      limiterUser(limiter, ({ hit }) => hit()),
      limiterUser(limiter, async ({ hit, sleep }) => {
        for (let nth = 0; nth < ROUNDS; nth++) {
          await hit(limiter.limit);
          await sleep(Math.ceil(limiter.windowMs * 1.5));
        }
      }),
    ],
    invariants: [notTooMany(limiter), refusedForAReason(limiter)],
    faults: { kinds: [{ kind: 'worker-crash', at: { worker: 1 } }] },
  }),
};
