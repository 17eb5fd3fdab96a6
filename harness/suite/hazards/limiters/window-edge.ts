import type { SuiteLimiter } from '../../adapters/suite-adapter.js';
import { notTooMany, refusedForAReason } from '../../checks/limiter-checks.js';
import { limiterUser } from '../../cast/limiter-user.js';
import type { Hazard } from '../hazard.js';

/** The end of a window comes in the middle of what somebody asks. @internal */
export const windowEdge: Hazard<SuiteLimiter> = {
  id: 'window-edge',
  title: 'two ask around the end of a window',
  demands:
    'No more are admitted than the windows allow that it says it has, and once one is over they are admitted again.',
  lesson: undefined,
  situation: (limiter) => ({
    workers: [
      limiterUser(limiter, async ({ hit, sleep }) => {
        await hit(limiter.limit);
        await sleep(limiter.windowMs + 1);
        await hit(limiter.limit);
      }),
      limiterUser(limiter, async ({ hit, sleep }) => {
        await sleep(limiter.windowMs - 1);
        await hit();
      }),
    ],
    invariants: [notTooMany(limiter), refusedForAReason(limiter)],
  }),
};
