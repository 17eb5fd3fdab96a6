import { execute, type ExecutionResult } from '../../execution/execution.js';
import type { Environment } from '../../execution/host/environment.js';
import { cappedVerdict, verdictOf } from '../../record/build.js';
import { firstDifference } from '../../record/compare.js';
import type { RaceRecord, RecordedRun, RecordStep } from '../../record/format.js';
import { recordSteps } from '../../record/steps.js';
import { castOf, type ReplayOptions } from '../replay.js';
import { withKeptEnvironment } from '../session.js';
import { runTape } from '../tape/run-tape.js';
import { Tape } from '../tape/tape.js';
import { Guide, type Departure } from './guide.js';

/** What came of following a recorded order on code that may have changed. @internal */
export interface GuidedResult {
  /** What was performed. */
  readonly steps: readonly RecordStep[];
  /** What was found: new evidence, whatever the record says. */
  readonly verdict: RaceRecord['verdict'] | undefined;
  /** Recorded steps that were performed, of all that there are. */
  readonly followed: number;
  readonly of: number;
  /** Where it left the order, first place first; none where it came to the end as recorded. */
  readonly departures: readonly Departure[];
  /** It was run again so often, and came out the same so often. */
  readonly reproduced: { readonly times: number; readonly of: number };
}

/**
 * Runs today's code in the order that was recorded, as far as that goes. The outcome is about today's code alone.
 *
 * @throws ScenarioError when today's scenario cannot have the workers that were recorded
 * @internal
 */
export async function replayGuided(
  scenario: Parameters<typeof castOf>[0],
  record: RecordedRun,
  { session, times = 1, signal }: Pick<ReplayOptions, 'session' | 'times' | 'signal'> = {},
): Promise<GuidedResult> {
  const cast = castOf(scenario, record);
  return await withKeptEnvironment(session, async (environment) => {
    const { guide, result } = await follow(environment, cast, record);
    const tape = Tape.of(result, record.tape.skip);
    let same = 0;
    let runs = 0;
    while (runs < times && signal?.aborted !== true) {
      runs += 1;
      const again = await runTape(environment, cast, tape, { seed: record.seed, traced: true });
      if (firstDifference(result, again.result) === undefined) same += 1;
    }
    const missing = guide.missing.map((recorded) => ({
      step: result.steps.length + 1,
      how: 'gone' as const,
      recorded,
    }));
    return {
      steps: recordSteps(result.steps),
      verdict: result.finding ? verdictOf(result.finding) : cappedVerdict(result, cast),
      followed: guide.followed,
      of: record.steps.length,
      departures: [...guide.departures, ...missing],
      reproduced: { times: same, of: runs },
    };
  });
}

async function follow(
  environment: Environment,
  scenario: Parameters<typeof castOf>[0],
  { steps, tape, seed }: RecordedRun,
): Promise<{ guide: Guide; result: ExecutionResult }> {
  const run = async (): Promise<{ guide: Guide; result: ExecutionResult }> => {
    let count = 0;
    const guide = new Guide(steps, () => count);
    const onStep = async (performed: readonly unknown[]): Promise<void> => void (count = performed.length);
    const result = await execute(environment, scenario, {
      chooser: guide,
      skip: tape.skip,
      seed,
      traced: true,
      onStep,
    });
    return { guide, result };
  };
  // The first execution of a process may be another: libraries prepare themselves then.
  await run();
  return await run();
}
