import type { SuiteLimiter } from '../../adapters/suite-adapter.js';
import { notTooMany, refusedForAReason } from '../../checks/limiter-checks.js';
import { limiterUser } from '../../cast/limiter-user.js';
import { LOST_UPDATE, type Hazard } from '../hazard.js';

const WORKERS = 3;

/** Nobody has asked yet, and then several do. @internal */
export const firstHitRace: Hazard<SuiteLimiter> = {
  id: 'first-hit-race',
  title: 'three ask at once, before anybody has asked',
  demands: 'No more are admitted than it allows, and no fewer.',
  lesson: LOST_UPDATE,
  situation: (limiter) => ({
    workers: limiterUser(limiter, ({ hit }) => hit(Math.ceil((limiter.limit + 1) / WORKERS))),
    workerCount: WORKERS,
    interchangeable: true,
    invariants: [notTooMany(limiter), refusedForAReason(limiter)],
  }),
};
