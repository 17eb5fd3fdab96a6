import type { SuiteLimiter } from '../../adapters/suite-adapter.js';
import { everyHitAnswered, notTooMany } from '../../checks/limiter-checks.js';
import { limiterUser } from '../../cast/limiter-user.js';
import type { Hazard } from '../hazard.js';

/** After a restart, or a failover, scripts are known by their text only. @internal */
export const limiterNoscript: Hazard<SuiteLimiter> = {
  id: 'noscript',
  title: 'the server forgets its scripts',
  demands: 'Everybody gets an answer, and no more are admitted than it allows.',
  lesson: undefined,
  idle: 'it runs no script by its hash',
  situation: (limiter) => ({
    workers: limiterUser(limiter, ({ hit }) => hit(limiter.limit)),
    workerCount: 2,
    interchangeable: true,
    invariants: [notTooMany(limiter), everyHitAnswered(false)],
    faults: { kinds: ['server-noscript'] },
  }),
};
