import { decodeReply } from '../../harness/wire/resp.js';
import type { Environment } from '../../harness/execution/host/environment.js';
import { execute, type ExecutionResult } from '../../harness/execution/execution.js';
import { stepLabel } from '../../harness/execution/steps/step.js';
import { scenario } from '../../harness/scenario/scenario.js';
import type { Scenario, ScenarioOptions, WorkerBody } from '../../harness/scenario/types.js';

/** Runs a scenario on a list of choices, calm behind it. */
export function runChoices(
  environment: Environment,
  scenario: Scenario,
  choices: readonly number[] = [],
  traced = false,
): Promise<ExecutionResult> {
  const left = [...choices];
  return execute(environment, scenario, { chooser: { choose: () => left.shift() ?? 0 }, seed: 1, traced });
}

/** A scenario without invariants; one function is one worker unless `extra` says otherwise. */
export function race(workers: WorkerBody | WorkerBody[], extra: Partial<ScenarioOptions> = {}): Scenario {
  return scenario({
    name: 'race',
    invariants: [],
    workers,
    ...(typeof workers === 'function' ? { workerCount: 1 } : {}),
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
