/** Ids of the ready-made invariants: they stand in findings, verdicts and records. */

/**
 * The id of `noLostUpdate`.
 *
 * @public
 */
export const NO_LOST_UPDATE = 'no lost update';
/**
 * The id of `atMostOnce`.
 *
 * @public
 */
export const AT_MOST_ONCE = 'at most once';
/**
 * The id of `mutualExclusion`.
 *
 * @public
 */
export const MUTUAL_EXCLUSION = 'mutual exclusion';
/**
 * The id of `noStuckKey`.
 *
 * @public
 */
export const NO_STUCK_KEY = 'no stuck key';
/**
 * The id of `noKeyLeft`.
 *
 * @public
 */
export const NO_KEY_LEFT = 'no key left';
/**
 * The id of `recovers`.
 *
 * @public
 */
export const RECOVERS = 'recovers';
/**
 * The id of `releasedOnlyItsOwn`.
 *
 * @public
 */
export const RELEASED_ONLY_ITS_OWN = 'released only its own lock';
/**
 * The id of `worksUnderItsOwn`.
 *
 * @public
 */
export const WORKS_UNDER_ITS_OWN = 'works only under its own lock';
/**
 * The id of `noGhostLock`.
 *
 * @public
 */
export const NO_GHOST_LOCK = 'no ghost lock';
/**
 * The id of `noStaleEntry`.
 *
 * @public
 */
export const NO_STALE_ENTRY = 'no stale entry';
/**
 * The id of `fencingOrder`.
 *
 * @public
 */
export const FENCING_ORDER = 'fencing order';
/**
 * The id of `ttlWithin`.
 *
 * @public
 */
export const TTL_WITHIN = 'TTL within bounds';
/**
 * The id of `admissionLimit`.
 *
 * @public
 */
export const ADMISSION_LIMIT = 'admission limit';
/**
 * The id of `firstInFirstOut`.
 *
 * @public
 */
export const FIRST_IN_FIRST_OUT = 'first in first out';
/**
 * The id of `errorsContained`.
 *
 * @public
 */
export const ERRORS_CONTAINED = 'errors contained';
/**
 * The id of `settlesWithin`.
 *
 * @public
 */
export const SETTLES_WITHIN = 'settles in time';
/**
 * The id of `linearizable`.
 *
 * @public
 */
export const LINEARIZABLE = 'linearizable';
/**
 * The id of `sequentiallyConsistent`.
 *
 * @public
 */
export const SEQUENTIALLY_CONSISTENT = 'sequentially consistent';
/**
 * The id of `ledgerOrder`.
 *
 * @public
 */
export const LEDGER_ORDER = 'ledger order';
