import type { Environment } from '../execution/environment.js';
import { recordSteps } from '../record/build.js';
import type { RaceRecord, RecordedRun, RecordStep } from '../record/format.js';
import { ScenarioError, withFaults, withWorkers, type Scenario } from '../scenario.js';
import { firstStepDifference, outcomeDifference, type Difference } from './compare.js';
import { faultSpec } from '../wire/fault-spec.js';
import { withKeptEnvironment } from './kept-environment.js';
import { runTape } from './shrink-failure.js';
import { Tape } from './tape.js';

export interface ReplayOptions {
  /** Connections to use; default: those of the run before, on the server of this process. */
  readonly environment?: Environment;
  /** How often to run it. Default: 1. */
  readonly times?: number;
  /** Stops between two runs. */
  readonly signal?: AbortSignal;
  /** Called after every step of the first run, with all of them so far; nothing moves until it resolves. */
  readonly onStep?: (steps: readonly RecordStep[]) => Promise<void>;
}

/** How often a record came out the same. */
export interface ReplayResult {
  /** Runs with identical steps, replies and verdict. */
  readonly same: number;
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
 * Runs a record again and compares every step, reply and the verdict.
 *
 * @throws ScenarioError when the scenario cannot be the one that was recorded
 */
export async function replay(
  scenario: Scenario,
  record: RecordedRun,
  options: ReplayOptions = {},
): Promise<ReplayResult> {
  const { environment, times = 1 } = options;
  if (!Number.isInteger(times) || times < 1) throw new ScenarioError(`${times} runs make no replay`);
  const run = (used: Environment): Promise<ReplayResult> => replayOn(used, scenario, record, options);
  return environment === undefined ? await withKeptEnvironment(run) : await run(environment);
}

async function replayOn(
  environment: Environment,
  scenario: Scenario,
  record: RecordedRun,
  { times = 1, signal, onStep }: ReplayOptions,
): Promise<ReplayResult> {
  const cast = castOf(scenario, record);
  const tape = new Tape(record.tape.choices, record.tape.skip);
  let same = 0;
  let runs = 0;
  let difference: Difference | undefined;
  let different: RecordStep[] | undefined;
  let steps: RecordStep[] = [];
  let verdict: RaceRecord['verdict'] | undefined;
  while (runs < times && signal?.aborted !== true) {
    runs += 1;
    const { result } = await runTape(environment, cast, tape, {
      seed: record.seed,
      traced: true,
      onStep: onStep === undefined || runs > 1 ? undefined : (performed) => onStep(recordSteps(performed)),
    });
    const { finding } = result;
    steps = recordSteps(result.steps);
    verdict = finding && {
      kind: finding.kind,
      invariant: finding.id,
      expected: finding.expected,
      observed: finding.observed,
    };
    const found =
      firstStepDifference(record.steps, steps) ??
      outcomeDifference(outcome(record.verdict), outcome(verdict), record.steps.length);
    if (found === undefined) same += 1;
    else if (difference === undefined) {
      difference = found;
      different = steps;
    }
  }
  return { same, of: runs, firstDifference: difference, differentSteps: different, steps, verdict };
}

/** The scenario with as many workers as were offered then, and what might have happened then. */
function castOf(scenario: Scenario, { workers, faultBudget: budget, faults }: RecordedRun): Scenario {
  const sized = withWorkers(scenario, workers);
  if (faults === undefined) return withFaults(sized, budget);
  return { ...sized, faults: { specs: faults.map(faultSpec), budget } };
}

function outcome(verdict: RaceRecord['verdict'] | undefined): string {
  return verdict === undefined
    ? 'nothing wrong'
    : `${verdict.kind} "${verdict.invariant}": ${verdict.observed}`;
}
