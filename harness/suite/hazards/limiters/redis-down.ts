import type { SuiteLimiter } from '../../adapters/suite-adapter.js';
import { everyHitAnswered } from '../../checks/limiter-checks.js';
import { limiterUser } from '../../cast/limiter-user.js';
import { CASCADE, type Hazard } from '../hazard.js';

/** A limiter that says that it opens does not close the shop. @internal */
export const limiterRedisDown: Hazard<SuiteLimiter> = {
  id: 'redis-down',
  title: 'from some command on nothing reaches Redis any more',
  demands: 'Everybody is admitted.',
  lesson: CASCADE,
  unless: ({ opens }) => (opens ? undefined : 'it does not promise to admit anybody without Redis'),
  situation: (limiter) => ({
    workers: limiterUser(limiter, ({ hit }) => hit(Math.min(2, limiter.limit))),
    workerCount: 1,
    mayNotRace: true,
    client: { maxRetriesPerRequest: 1 },
    recoversWithinOperations: 10,
    invariants: [everyHitAnswered(true)],
    faults: { kinds: ['outage'] },
  }),
};
