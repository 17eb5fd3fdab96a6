import type { Scenario } from '../../scenario/types.js';
import { aimedFault } from '../../faults/spec.js';
import { FAULTS, type FaultDescription } from '../../faults/catalogue.js';
import type { IdleFault } from '../../record/verdict.js';

const ANY: Readonly<Record<FaultDescription['target'], string>> = {
  command: 'a command',
  connect: 'a connect',
  connection: 'a connection with nothing at the gate',
  worker: 'a step of a worker',
  server: 'a step',
};

/**
 * Planned faults that never had anything to strike at: a pass says nothing about them.
 *
 * @param offered - those that could have struck somewhere, by their place in the plan
 * @internal
 */
export function idleFaults({ specs, budget }: Scenario['faults'], offered: ReadonlySet<number>): IdleFault[] {
  if (budget === 0) return [];
  return specs
    .filter((_, at) => !offered.has(at))
    .map((spec) => {
      const { target, needs = ANY[target] }: FaultDescription = FAULTS[spec.kind];
      return {
        fault: aimedFault(spec),
        needs: spec.at === undefined ? needs : `${needs}, and one that fits its aim`,
      };
    });
}
