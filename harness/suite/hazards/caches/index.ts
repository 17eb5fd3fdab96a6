/** Every hazard for caches, in the order in which they are told. */
import type { SuiteCache } from '../../adapters/suite-adapter.js';
import type { Hazard } from '../hazard.js';

/** Every hazard for caches. @internal */
export const CACHE_HAZARDS: readonly Hazard<SuiteCache>[] = [];
