import type { Environment } from '../execution/host/environment.js';
import { recordAsFound } from '../explore/report-failure.js';
import { isFailure, runTape } from '../explore/tape/run-tape.js';
import type { RaceRecord } from '../record/format.js';
import type { Level } from './level.js';
import type { Position } from './position.js';

/** Real time in which the runs that confirm it are to be over. */
const CONFIRM_SECONDS = 20;

/**
 * Runs a schedule calmly to its end.
 *
 * @returns its record, or undefined where nothing is wrong there
 * @throws the reason of `signal`, looked at between the runs that confirm it
 * @internal
 */
export async function playedRecord(
  environment: Environment,
  { scenario, identity, seed }: Pick<Level, 'scenario' | 'identity' | 'seed'>,
  { tape }: Pick<Position, 'tape'>,
  signal?: AbortSignal,
): Promise<RaceRecord | undefined> {
  const taped = await runTape(environment, scenario, tape, { seed });
  if (!isFailure(taped)) return undefined;
  const found = {
    environment,
    scenario,
    seed,
    identity,
    strategy: 'played',
    sampler: undefined,
    execution: 1,
  };
  return await recordAsFound(taped, found, signal, AbortSignal.timeout(CONFIRM_SECONDS * 1000));
}
