import { isDeepStrictEqual } from 'node:util';
import type { MadeChoice } from '../../../execution/choices.js';
import type { ExecutionResult } from '../../../execution/execution.js';
import { isForced } from '../../../execution/steps/decision.js';
import { looksOf } from '../difference.js';
import type { Play } from '../play.js';

/** What an execution came to that was composed to its end, and with which nothing is wrong. @internal */
export function resultOf({ decisions, choices, stage, moves, offered }: Play): ExecutionResult {
  const { steps, history, nothing, states, workers } = stage.asStage;
  const made = decisions.flatMap((decision, step): MadeChoice[] => {
    const { moves: all, free, faults } = decision;
    const choice = choices[step]!;
    return isForced(decision) ? [] : [{ choice, moves: all.length, free, faults: faults.length, step }];
  });
  return {
    finding: undefined,
    capped: undefined,
    abandoned: false,
    choices: made,
    steps: [...steps],
    history,
    uncaught: [],
    points: moves,
    nothing,
    states,
    offered,
    waited: false,
    workers: workers.length,
    preemptions: decisions.filter(({ free }, at) => choices[at]! >= free).length,
    faults: choices.filter((choice) => choice < 0).length,
    bestEffort: false,
  };
}

/** In which parts such a result differs from that of the execution itself; undefined where it does not. @internal */
export function resultDifference(told: ExecutionResult, was: ExecutionResult): string | undefined {
  const [a, b] = [comparable(told), comparable(was)];
  const parts = Object.keys(b).filter((part) => !isDeepStrictEqual(a[part], b[part]));
  return parts.length === 0 ? undefined : parts.join(', ');
}

/** All of it that a strategy or a verdict may look at. */
function comparable(result: ExecutionResult): Readonly<Record<string, unknown>> {
  const { finding, capped, abandoned, choices, steps, history, uncaught, points } = result;
  const { nothing, offered, waited, preemptions, faults, bestEffort } = result;
  return {
    ...{ finding, capped, abandoned, choices, nothing, offered, waited, preemptions, faults, bestEffort },
    ...looksOf(history),
    uncaught: uncaught.length,
    steps: steps.map(({ id, kind, worker, reply, atMs }) => [
      id,
      kind,
      worker,
      reply?.toString('latin1'),
      atMs,
    ]),
    points: points.map((moves) => moves.map(({ id }) => id)),
  };
}
