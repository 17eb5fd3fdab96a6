/**
 * A scenario, an invariant, an option or a bound that makes no sense. The command line ends with exit code 2.
 *
 * @public
 */
export class ScenarioError extends Error {
  /** Tells it from other errors where classes cannot be compared. */
  override name = 'ScenarioError';
}
