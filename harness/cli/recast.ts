import { withFaults, withWorkers, type Scenario } from '../scenario.js';
import { listed } from '../record/text.js';
import { UsageError } from './errors.js';
import type { Selected } from './select.js';

/** A variant with the scenario that is to be explored. */
export interface Cast extends Selected {
  readonly scenario: Scenario;
}

/**
 * Applies `--workers` and `--faults`. Workers that are different functions cannot be multiplied: such a variant
 * keeps its own when others were asked for too.
 *
 * @throws UsageError when nothing that was asked for can have that many workers; ScenarioError for a bad number
 */
export function recast(
  selected: readonly Selected[],
  { workers, faults }: { readonly workers?: number; readonly faults?: number },
  note: (line: string) => void,
): Cast[] {
  const fixed =
    workers === undefined
      ? []
      : selected.filter(({ variant: { scenario } }) => keepsWorkers(scenario, workers));
  if (fixed.length > 0) {
    const names = listed(fixed.map(({ lab, variant }) => `${lab.id}/${variant.name}`));
    const why = 'the workers differ from each other, so their number is fixed';
    if (fixed.length === selected.length)
      throw new UsageError(`--workers ${workers} does not fit ${names}: ${why}`);
    note(`--workers ${workers} is not applied to ${names}: ${why}`);
  }
  return selected.map((one) => {
    const { scenario } = one.variant;
    const sized = workers === undefined || fixed.includes(one) ? scenario : withWorkers(scenario, workers);
    return { ...one, scenario: faults === undefined ? sized : withFaults(sized, faults) };
  });
}

function keepsWorkers({ uniform, workers }: Scenario, wanted: number): boolean {
  return !uniform && workers.length !== wanted;
}
