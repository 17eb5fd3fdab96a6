/** Set to 1, passes say nothing, and long explorations show no progress. */
const QUIET_VARIABLE = 'RACE_LAB_QUIET';

/** Nobody wants to hear what passes, or how far things are. @internal */
export function isQuiet(env: NodeJS.ProcessEnv = process.env): boolean {
  const value = env[QUIET_VARIABLE];
  return value !== undefined && value !== '' && value !== '0';
}
