/**
 * Why an execution is not as it should be.
 *
 * @public
 */
export interface Finding {
  /** `breaks`: an invariant does not hold at the end. `hangs`: a worker does not come to an end. */
  readonly kind: 'breaks' | 'hangs';
  /** Id of the invariant that does not hold: one of the scenario's, or one of `BUILT_IN_INVARIANTS`. */
  readonly id: string;
  /** What should have been, in words. */
  readonly expected: string;
  /** What was found, in words. */
  readonly observed: string;
  /** Of a hang: who waits for what, an entry for each wait, with the whole command where it is a reply. */
  readonly waits?: readonly string[];
  /**
   * Where in the workers' code, innermost first: a loop, what a worker was stopped in, what threw an error. It may differ from
   * run to run.
   */
  readonly where?: readonly string[];
  /** What the invariant looked at; only in traced executions, and only for invariants of the scenario. */
  readonly evidence?: Evidence;
}

/**
 * What an invariant looked at before it said that something is wrong.
 *
 * @public
 */
export interface Evidence {
  /** Its commands, upper-case name first. */
  readonly commands: readonly (readonly string[])[];
  /** Names of the shared values that it read. */
  readonly shared: readonly string[];
  /** It looked at the operations of the workers. */
  readonly history: boolean;
  /** Position in the history from which on it was broken; undefined where nobody knows. */
  readonly at: number | undefined;
}
