import type { FaultMap, FaultMapCell } from '../../record/fault-map.js';
import type { RecordedRun } from '../../record/format.js';
import { DEFAULT_SEED } from '../options.js';
import { triedTogether } from './fault-map.js';

/**
 * The execution of a cell at whose end nothing was wrong, ready to be run again.
 *
 * @returns undefined where there is none: a failing cell has a record, and maps of older versions have no examples
 * @internal
 */
export function exampleRun(map: FaultMap, { fault, example }: FaultMapCell): RecordedRun | undefined {
  if (example === undefined) return undefined;
  const { lab, variant, scenario, workers, seed = DEFAULT_SEED } = map;
  const faults = map.bounds.flatMap(triedTogether).find((kinds) => kinds.includes(fault)) ?? [fault];
  return { lab, variant, scenario, seed, workers, faultBudget: 1, faults, ...example };
}
