/** How far hazards are explored; apart, so that who names a bound loads nothing else. */

/** Executions at most for each bound that is tried, unless somebody says otherwise. @internal */
export const DEFAULT_SUITE_RUNS = 2000;

/** Preemptions at most among more workers. @internal */
export const CROWD_PREEMPTIONS = 1;
