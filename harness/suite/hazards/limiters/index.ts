/** Every hazard for limiters, in the order in which they are told. */
import type { SuiteLimiter } from '../../adapters/suite-adapter.js';
import type { Hazard } from '../hazard.js';
import { crashInBetween } from './crash-in-between.js';
import { firstHitRace } from './first-hit-race.js';
import { limiterNoscript } from './noscript.js';
import { limiterRedisDown } from './redis-down.js';
import { retriedHit } from './retried-hit.js';
import { windowEdge } from './window-edge.js';

/** Every hazard for limiters. @internal */
export const LIMITER_HAZARDS: readonly Hazard<SuiteLimiter>[] = [
  firstHitRace,
  crashInBetween,
  windowEdge,
  retriedHit,
  limiterNoscript,
  limiterRedisDown,
];
