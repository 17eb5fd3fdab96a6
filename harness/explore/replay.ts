import type { Environment } from '../execution/host/environment.js';
import type { BeforeStep } from '../execution/run-steps.js';
import { cappedVerdict, verdictOf } from '../record/build.js';
import type { RaceRecord, RecordedRun, RecordStep } from '../record/format.js';
import { recordSteps } from '../record/steps.js';
import { differenceFromRecord, type Difference } from '../record/compare.js';
import { ScenarioError } from '../scenario/errors.js';
import { withFaultBudget, withWorkerCount } from '../scenario/recast.js';
import type { Scenario } from '../scenario/types.js';
import { faultSpec } from '../faults/spec.js';
import { withKeptEnvironment, type Session } from './session.js';
import { runTape } from './tape/run-tape.js';
import { Tape } from './tape/tape.js';

/**
 * What a replay is given besides its scenario and the record.
 *
 * @public
 */
export interface ReplayOptions {
  /** Connections to use; default: those of the run before, on the server of this process. */
  readonly session?: Session;
  /** How often to run it. Default: 1. */
  readonly times?: number;
  /** Stops between two runs. */
  readonly signal?: AbortSignal;
  /** Called after every step of the first run, with all of them so far; nothing moves until it resolves. */
  readonly onStep?: (steps: readonly RecordStep[]) => Promise<void>;
}

/** What the command line gives a replay besides. @internal */
export interface InternalReplayOptions extends ReplayOptions {
  /** Called before every step of the first run. */
  readonly beforeStep?: BeforeStep;
}

/**
 * How often a record came out the same.
 *
 * @public
 */
export interface ReplayResult {
  /** Runs with identical steps, replies and verdict. */
  readonly same: number;
  /** Runs in all. */
  readonly of: number;
  /** Of the first run that was not the same: what the record says and what happened. */
  readonly firstDifference: Difference | undefined;
  /** The steps of that run. */
  readonly differentSteps?: readonly RecordStep[] | undefined;
  /** The steps of the last run, with values and source lines of today's code. */
  readonly steps: readonly RecordStep[];
  /** What the last run found. */
  readonly verdict: RaceRecord['verdict'] | undefined;
}

/**
 * Runs a record again and compares every step, reply and the verdict. Where the very first run differs, it is run again and
 * does not count: libraries prepare themselves the first time that a process uses them.
 *
 * @throws ScenarioError when the scenario cannot be the one that was recorded
 * @example
 * ```ts
 * import { explore, noLostUpdate, replay, scenario } from 'redis-race-lab';
 *
 * const views = scenario({
 *   name: 'views',
 *   workers: ({ redis, operation }) =>
 *     operation('increment', async () => redis.set('views', Number(await redis.get('views')) + 1)),
 *   invariants: [noLostUpdate({ key: 'views' })],
 * });
 * const { record } = await explore(views);
 * const { same, of } = await replay(views, record!, { times: 5 });
 * console.log(same, of); // 5 5
 * ```
 * @public
 */
export async function replay(
  scenario: Scenario,
  record: RecordedRun,
  options: ReplayOptions = {},
): Promise<ReplayResult> {
  return await replayWith(scenario, record, options);
}

/** The same for the command line, which lets a debugger look on. @throws as `replay` @internal */
export async function replayWith(
  scenario: Scenario,
  record: RecordedRun,
  options: InternalReplayOptions,
): Promise<ReplayResult> {
  const { session, times = 1 } = options;
  if (!Number.isInteger(times) || times < 1) throw new ScenarioError(`${times} runs make no replay`);
  return await withKeptEnvironment(session, (used) => replayOn(used, scenario, record, options));
}

async function replayOn(
  environment: Environment,
  scenario: Scenario,
  record: RecordedRun,
  { times = 1, signal, onStep, beforeStep }: InternalReplayOptions,
): Promise<ReplayResult> {
  const cast = castOf(scenario, record);
  const tape = new Tape(record.tape.choices, record.tape.skip);
  let same = 0;
  let runs = 0;
  let warmedUp = false;
  let difference: Difference | undefined;
  let different: RecordStep[] | undefined;
  let steps: RecordStep[] = [];
  let verdict: RaceRecord['verdict'] | undefined;
  while (runs < times && signal?.aborted !== true) {
    const warm = runs > 0 || warmedUp;
    runs += 1;
    const { result } = await runTape(environment, cast, tape, {
      seed: record.seed,
      traced: true,
      beforeStep: warm ? undefined : beforeStep,
      onStep: onStep === undefined || warm ? undefined : (performed) => onStep(recordSteps(performed)),
    });
    steps = recordSteps(result.steps);
    verdict = result.finding ? verdictOf(result.finding) : cappedVerdict(result, cast);
    const found = differenceFromRecord(record, { steps, verdict });
    if (found !== undefined && !warm) {
      // The first execution of a process may be another: libraries prepare themselves then.
      [warmedUp, runs, difference, different] = [true, 0, found, steps];
      continue;
    }
    if (found === undefined) same += 1;
    else if (difference === undefined) {
      difference = found;
      different = steps;
    }
  }
  if (same === runs) difference = different = undefined;
  return { same, of: runs, firstDifference: difference, differentSteps: different, steps, verdict };
}

/** The scenario with as many workers as were offered then, and what might have happened then. @internal */
export function castOf(scenario: Scenario, { workers, faultBudget: budget, faults }: RecordedRun): Scenario {
  const sized = withWorkerCount(scenario, workers);
  if (faults === undefined) return withFaultBudget(sized, budget);
  return { ...sized, faults: { specs: faults.map(faultSpec), budget } };
}
