/** Every hazard for caches, in the order in which they are told. */
import type { SuiteCache } from '../../adapters/suite-adapter.js';
import type { Hazard } from '../hazard.js';
import { expiry } from './expiry.js';
import { localInvalidation } from './local-invalidation.js';
import { lostUpdate } from './lost-update.js';
import { negative } from './negative.js';
import { recovery } from './recovery.js';
import { redisDown } from './redis-down.js';
import { staleFill } from './stale-fill.js';
import { stampede } from './stampede.js';

/** Every hazard for caches. @internal */
export const CACHE_HAZARDS: readonly Hazard<SuiteCache>[] = [
  staleFill,
  lostUpdate,
  stampede,
  expiry,
  negative,
  redisDown,
  recovery,
  localInvalidation,
];
