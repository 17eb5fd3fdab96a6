/** What tests get that explore, where their project has left the limit of its runner as it is. @internal */
export const TEST_LIMIT_MS = 60_000;
/** What the start of a Redis may take: it may have to be downloaded. @internal */
export const START_LIMIT_MS = 180_000;
/** What Vitest and Jest give a test unless somebody says otherwise. @internal */
export const RUNNER_LIMIT_MS = 5000;
