import { expect } from 'vitest';
import { decodeReply } from '../../harness/wire/resp.js';
import type { Environment } from '../../harness/execution/environment.js';
import { execute, type ExecutionResult } from '../../harness/execution/execution.js';
import { stepLabel, type Decision } from '../../harness/execution/step.js';
import { scenario, type Scenario, type ScenarioOptions, type WorkerBody } from '../../harness/scenario.js';

/** Runs a scenario on a list of choices, calm behind it. */
export function runChoices(
  environment: Environment,
  cast: Scenario,
  choices: readonly number[] = [],
  traced = false,
): Promise<ExecutionResult> {
  const left = [...choices];
  return execute(environment, cast, { chooser: { choose: () => left.shift() ?? 0 }, seed: 1, traced });
}

/** A choice other than the calm one, as soon as it is possible. */
export type Wish = (decision: Decision) => number | undefined;

/** The move with this identity. */
export function moveOf(id: string): Wish {
  return ({ moves }) => {
    const at = moves.findIndex((candidate) => candidate.id === id);
    return at < 0 ? undefined : at;
  };
}

/** A fault at the move with this identity. */
export function faultAt(id: string): Wish {
  return ({ faults }) => {
    const at = faults.findIndex((candidate) => candidate.at.id === id);
    return at < 0 ? undefined : -1 - at;
  };
}

/** Runs a scenario along a list of wishes, each once the one before it came true, and makes sure that all of them do. */
export async function runWishes(
  environment: Environment,
  cast: Scenario,
  wishes: readonly Wish[],
): Promise<ExecutionResult> {
  const left = [...wishes];
  const choose = (decision: Decision): number => {
    const choice = left[0]?.(decision);
    if (choice === undefined) return 0;
    left.shift();
    return choice;
  };
  const result = await execute(environment, cast, { chooser: { choose }, seed: 1 });
  expect(left, 'every wish came true').toEqual([]);
  return result;
}

/** A scenario without invariants; one function is one worker unless `extra` says otherwise. */
export function race(workers: WorkerBody | WorkerBody[], extra: Partial<ScenarioOptions> = {}): Scenario {
  return scenario({
    name: 'race',
    invariants: [],
    workers,
    ...(typeof workers === 'function' ? { count: 1 } : {}),
    ...extra,
  });
}

/** `w1 GET c -> "1"`, a line a step; with `timed`, when it was: `w1 0 ms GET c -> "1"`. */
export function lines(result: ExecutionResult, { timed = false } = {}): string[] {
  return result.steps.map((step) => {
    const reply = step.reply === undefined ? '' : ` -> ${JSON.stringify(decodeReply(step.reply))}`;
    const fault = step.fault === undefined ? '' : ` [${step.fault}]`;
    const time = timed ? `${step.atMs} ms ` : '';
    return `w${step.worker} ${time}${stepLabel(step)}${fault}${reply}`;
  });
}
