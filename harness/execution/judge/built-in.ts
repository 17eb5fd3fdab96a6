/**
 * Invariants that the lab checks in every execution, beside those of the scenario. Each constant is the id of one: it
 * stands in findings, verdicts and records, and tests name it in `toBreak` and `toHang`.
 */

/**
 * Every worker comes to an end. The finding is `hangs`: no step is left that anybody could take, and a worker still
 * waits for a reply, for another worker, or for a promise that nobody settles. Where an error of that worker was left
 * unhandled, it is that error that is found: it would have ended the process.
 *
 * @public
 */
export const SETTLES = 'every worker settles';

/**
 * No worker keeps the event loop for itself. The finding is `hangs`: a worker took more processor time than
 * `Limits.starvedMs` without letting the event loop turn, and the lab stopped it. The finding says where in the code.
 *
 * @public
 */
export const STARVED = 'the event loop turns';

/**
 * Workers come back after a fault. The finding is `breaks`: the last fault is over, and from then on until the end a
 * worker lost more than `recoversWithinOperations` operations in a row to its own connection. It is also looked for
 * when an execution reaches the step limit, since a worker may retry for ever.
 *
 * @public
 */
export const COMES_BACK = 'comes back after a fault';

/**
 * Every error is handled. The finding is `breaks`: a worker ended with an error although the scenario does not say
 * `workersMayFail`, a promise was rejected with nobody listening, or something was thrown outside of any handler.
 *
 * @public
 */
export const UNCAUGHT = 'no uncaught error';

/**
 * An execution comes to an end within `maxSteps`. Never a finding: what was recorded under this name is `incomplete`, the first
 * execution that reached the limit.
 *
 * @internal
 */
export const ENDS = 'every execution ends';

/**
 * All that may be broken.
 *
 * @public
 */
export const BUILT_IN_INVARIANTS = [SETTLES, STARVED, COMES_BACK, UNCAUGHT] as const;
