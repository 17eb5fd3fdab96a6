/** Every hazard for limiters, in the order in which they are told. */
import type { SuiteLimiter } from '../../adapters/suite-adapter.js';
import type { Hazard } from '../hazard.js';

/** Every hazard for limiters. @internal */
export const LIMITER_HAZARDS: readonly Hazard<SuiteLimiter>[] = [];
