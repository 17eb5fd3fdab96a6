/**
 * How long a client waits before it connects again, in ms. A thousand clients have lost their connection at the same
 * moment, because the server stood still, and each of them asks this function.
 *
 * @param attempt - 1 for the first time, 2 when that one has failed, and so on
 * @param random - a random number from 0 up to, but not including, 1; another one with each call
 */
export function waitMs(attempt: number, random: () => number): number {
  // TODO: let them come one after the other, with more room after each failure, and bring everybody back within 15 s.
  void [attempt, random];
  return 0;
}
