import type { Environment } from '../../execution/host/environment.js';
import { execute } from '../../execution/execution.js';
import { faultSpec } from '../../faults/spec.js';
import { buildRecord, recordTape, type VariantName, verdictOf } from '../../record/build.js';
import type { FaultMapCell } from '../../record/fault-map.js';
import type { RaceRecord } from '../../record/format.js';
import { recordSteps, sizeOf } from '../../record/steps.js';
import { withWorkerCount } from '../../scenario/recast.js';
import type { Scenario } from '../../scenario/types.js';
import { Punctual } from '../systematic/punctual.js';
import { Systematic } from '../systematic/systematic.js';
import { runTape } from '../tape/run-tape.js';
import { Tape } from '../tape/tape.js';
import { Breaks, Cells, type Cell } from './cells.js';
import { Positions } from './positions.js';
import type { MapShare, ShareCell, ShareResult } from './share.js';

/** With what a share is made. @internal */
export interface ShareOptions {
  readonly environment: Environment;
  /** Lab and variant, for the records. */
  readonly identity?: VariantName | undefined;
  /** Is called after every execution: how many there have been, and how many are known to be left. */
  readonly onProgress?: ((executions: number, pending: number) => void) | undefined;
  /** Ends it early, with what it knows by then: the share is not complete. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Tries the faults of a share at every place, one fault an execution, in all interleavings up to its bound. One
 * systematic search covers all cells: the fault of an execution says which cell it belongs to.
 *
 * @throws ServerGoneError, SetupError, UncontrolledWaitError, UnsupportedCommandError when the lab cannot go on
 * @internal
 */
export async function makeShare(
  scenario: Scenario,
  { kinds, preemptions, punctual, workers, runs, seed }: MapShare,
  { environment, identity, onProgress, signal }: ShareOptions,
): Promise<ShareResult> {
  const cast: Scenario = {
    ...withWorkerCount(scenario, workers),
    faults: { specs: kinds.map((kind) => faultSpec(kind)), budget: 1 },
  };
  const strategy = new (punctual ? Punctual : Systematic)(preemptions, 1, [[]], true);
  const cells = new Cells(cast.uniform);
  const positions = new Positions(cast.uniform);
  const withoutFault = new Breaks();
  let calm = 0;
  let faulty = 0;
  while (calm + faulty < runs && signal?.aborted !== true && strategy.start()) {
    const result = await execute(environment, cast, { chooser: strategy, seed });
    strategy.learn(result);
    positions.note(result);
    if (result.faults > 0) {
      faulty += 1;
      cells.note({ tape: Tape.of(result), result });
    } else {
      calm += 1;
      if (result.finding !== undefined) withoutFault.note(result.finding.id, result.preemptions);
    }
    onProgress?.(calm + faulty, strategy.pending);
  }
  const shown: ShareCell[] = [];
  for (const cell of cells.all) {
    if (signal?.aborted === true) break;
    shown.push(await shownCell(cell, { environment, scenario: cast, seed, identity }));
  }
  return {
    complete: strategy.complete,
    calm,
    faulty,
    withoutFault: withoutFault.all,
    positions: positions.all,
    cells: shown,
  };
}

/** With what an execution of a cell is run again, to be shown. */
interface ShownWith {
  readonly environment: Environment;
  readonly scenario: Scenario;
  readonly seed: number;
  readonly identity: VariantName | undefined;
}

/** A cell with the record of its first failure, or with an example where none failed. */
async function shownCell(
  { position, fault, outcome, broken, executions, first, failure }: Cell,
  shownWith: ShownWith,
): Promise<ShareCell> {
  return {
    position,
    fault,
    outcome,
    broken: broken.all,
    executions,
    ...(failure === undefined
      ? { example: await exampleOf(first, shownWith) }
      : { record: await recordOf(failure, shownWith) }),
  };
}

async function exampleOf(
  first: Tape,
  { environment, scenario, seed }: ShownWith,
): Promise<NonNullable<FaultMapCell['example']>> {
  const { tape, result } = await runTape(environment, scenario, first, { seed, traced: true });
  return { tape: recordTape(tape), steps: recordSteps(result.steps) };
}

async function recordOf(
  failure: NonNullable<Cell['failure']>,
  { environment, scenario, seed, identity }: ShownWith,
): Promise<RaceRecord> {
  const { finding } = failure.result;
  const { tape, result } = await runTape(environment, scenario, failure.tape, { seed, traced: true });
  return buildRecord(result, verdictOf(result.finding ?? finding), tape, {
    scenario,
    server: environment.server,
    seed,
    identity,
    found: {
      strategy: 'fault map',
      execution: failure.execution,
      from: sizeOf(failure.result),
      shrinkRuns: 0,
    },
    reproduced: { times: result.finding?.id === finding.id ? 1 : 0, of: 1 },
    // There are hundreds of cells, and each runs again from its tape.
    withHistory: false,
  });
}
