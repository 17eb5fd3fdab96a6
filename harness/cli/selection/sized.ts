import { withFaultBudget, withWorkerCount } from '../../scenario/recast.js';
import type { Scenario } from '../../scenario/types.js';
import { listed } from '../../base/text.js';
import { UsageError } from '../context/errors.js';
import { variantName, type SelectedVariant } from './select.js';

/**
 * A variant with its scenario as it is to be explored: with as many workers and faults as were asked for.
 *
 * @internal
 */
export interface SizedVariant extends SelectedVariant {
  readonly scenario: Scenario;
}

/**
 * Applies `--workers` and `--faults`. Workers that are different functions cannot be multiplied: such a variant
 * keeps its own when others were asked for too.
 *
 * @param isDemand - somebody asked for that many workers; else it is for those that can have so many
 * @throws UsageError when nothing that was asked for can have that many workers; ScenarioError for a bad number
 * @internal
 */
export function sized(
  selected: readonly SelectedVariant[],
  { workers, faults }: { readonly workers?: number; readonly faults?: number },
  note: (line: string) => void,
  isDemand = true,
): SizedVariant[] {
  const fixed =
    workers === undefined
      ? []
      : selected.filter(({ variant: { scenario } }) => keepsWorkers(scenario, workers));
  if (fixed.length > 0 && isDemand) {
    const names = listed(fixed.map(variantName));
    const why = 'the workers differ from each other, so their number is fixed';
    if (fixed.length === selected.length)
      throw new UsageError(`--workers ${workers} does not fit ${names}: ${why}`);
    note(`--workers ${workers} is not applied to ${names}: ${why}`);
  }
  return selected.map((one) => {
    const { scenario } = one.variant;
    const withNumber =
      workers === undefined || fixed.includes(one) ? scenario : withWorkerCount(scenario, workers);
    return { ...one, scenario: faults === undefined ? withNumber : withFaultBudget(withNumber, faults) };
  });
}

function keepsWorkers({ uniform, workers }: Scenario, wanted: number): boolean {
  return !uniform && workers.length !== wanted;
}
