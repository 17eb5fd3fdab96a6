import type { Environment } from '../../../harness/execution/host/environment.js';
import { execute, type ExecutionResult } from '../../../harness/execution/execution.js';
import type { Move } from '../../../harness/execution/steps/move.js';
import type { Scenario } from '../../../harness/index.js';

/**
 * Runs a scenario once, calmly: its fault strikes where it first can. What the fault keeps back (a late reply, the recovery of
 * the server) comes `lastsMs` later, in virtual time.
 */
export async function play(
  environment: Environment,
  scenario: Scenario,
  lastsMs: number,
): Promise<ExecutionResult> {
  const { time } = environment;
  let struckMs: number | undefined;
  const isKeptBack = ({ target }: Move): boolean => target.kind === 'event';
  return await execute(environment, scenario, {
    seed: 1,
    chooser: {
      choose: ({ moves, faults }) => {
        if (faults.length > 0) {
          struckMs = time.positionMs;
          return -1;
        }
        const isDue = struckMs !== undefined && time.positionMs >= struckMs + lastsMs;
        return Math.max(
          0,
          isDue && moves.some(isKeptBack)
            ? moves.findIndex(isKeptBack)
            : moves.findIndex((move) => !isKeptBack(move)),
        );
      },
    },
  });
}
