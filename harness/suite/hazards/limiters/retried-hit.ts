import type { SuiteLimiter } from '../../adapters/suite-adapter.js';
import { notTooMany, refusedForAReason } from '../../checks/limiter-checks.js';
import { limiterUser } from '../../cast/limiter-user.js';
import { RESET, type Hazard } from '../hazard.js';

/** The hit was counted, its answer is lost, and the client sends it again. @internal */
export const retriedHit: Hazard<SuiteLimiter> = {
  id: 'retried-hit',
  title: 'the answer to a hit is lost with the connection, and the client sends the command again',
  demands: 'It is counted once: whoever asks no more often than it may is not refused.',
  lesson: RESET,
  situation: (limiter) => ({
    workers: limiterUser(limiter, ({ hit }) => hit(limiter.limit)),
    workerCount: 1,
    mayNotRace: true,
    invariants: [notTooMany(limiter), refusedForAReason(limiter)],
    faults: { kinds: ['reset-after-apply', 'truncated-reply'] },
  }),
};
