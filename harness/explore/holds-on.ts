import { Environment } from '../execution/environment.js';
import type { Finding } from '../execution/execution.js';
import type { Scenario } from '../scenario.js';
import { sharedServer } from '../server/index.js';
import { LeftOut } from './left-out.js';
import { runTape } from './shrink-failure.js';
import type { Tape } from './tape.js';

/** A scenario failed on a tape: what a property throws, so that fast-check shrinks the tape. */
export class RaceError extends Error {
  override name = 'RaceError';
  constructor(
    readonly finding: Finding,
    readonly tape: Tape,
  ) {
    super(
      `${finding.id}: expected ${finding.expected}, observed ${finding.observed} on tape ${tape.toString()}`,
    );
  }
}

/** Random numbers of the workers are the same in every run: only the tape decides. */
const SEED = 1;

/**
 * Runs a scenario on a tape, inside a property of your own:
 *
 * ```ts
 * await fc.assert(fc.asyncProperty(tapes({ workers: 3 }), (tape) => holdsOn(counter, tape)));
 * ```
 *
 * While fast-check shrinks, only a failure of the same invariant counts, and none that is due to the
 * absence of workers alone.
 *
 * @param environment - connections to use; default: opened for this one run, on the server of this process
 * @throws RaceError when something is wrong
 */
export async function holdsOn(scenario: Scenario, tape: Tape, environment?: Environment): Promise<void> {
  const used = environment ?? (await Environment.open(await sharedServer()));
  try {
    const { tape: recorded, result } = await runTape(used, scenario, tape, { seed: SEED });
    const { finding } = result;
    if (finding === undefined) return;
    if (await new LeftOut(used, scenario, SEED).breaks(finding.id, tape.skip)) return;
    tape.lineage.finding ??= finding.id;
    if (tape.lineage.finding === finding.id) throw new RaceError(finding, recorded);
  } finally {
    if (environment === undefined) used.close();
  }
}
