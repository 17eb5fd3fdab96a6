import { defined } from '../base/defined.js';
import { buildRecord, cappedVerdict } from '../record/build.js';
import { firstDifference } from '../record/compare.js';
import type { RaceRecord } from '../record/format.js';
import { sizeOf } from '../record/steps.js';
import type { Found } from './report-failure.js';
import { runTape, type TapedExecution } from './tape/run-tape.js';

/** How often an execution without an end is run again: there is nothing in it that could be a false alarm. */
const CONFIRM_RUNS = 2;

/**
 * Records an execution that reached the step limit, so that somebody can look at it. It stays as long as it is: what is left out
 * of it may be what keeps it from ending.
 *
 * @returns undefined where it comes to an end when it is run again
 * @internal
 */
export async function recordCapped(
  { tape, result }: TapedExecution,
  context: Found,
): Promise<RaceRecord | undefined> {
  const { environment, scenario, seed, identity, strategy, sampler, execution } = context;
  let first: TapedExecution | undefined;
  let times = 0;
  for (let run = 0; run < CONFIRM_RUNS; run++) {
    const again = await runTape(environment, scenario, tape, { seed, traced: run === 0 });
    if (again.result.capped === result.capped && firstDifference(result, again.result) === undefined)
      times += 1;
    first ??= again;
  }
  const verdict = cappedVerdict(first!.result, scenario);
  if (verdict === undefined) return undefined;
  const from = sizeOf(result);
  return buildRecord(first!.result, verdict, tape, {
    scenario,
    server: environment.server,
    seed,
    identity,
    found: { strategy, ...defined({ sampler }), execution, from, shrinkRuns: 0 },
    reproduced: { times, of: CONFIRM_RUNS },
  });
}
