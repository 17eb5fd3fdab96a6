import { decodeReply } from '../../harness/wire/resp.js';
import type { Environment } from '../../harness/execution/environment.js';
import { execute, type ExecutionResult } from '../../harness/execution/execution.js';
import { commandText } from '../../harness/execution/step.js';
import { scenario, type Scenario, type ScenarioOptions, type WorkerBody } from '../../harness/scenario.js';

/** Runs a scenario on a list of choices, calm behind it. */
export function runChoices(
  environment: Environment,
  cast: Scenario,
  choices: readonly number[] = [],
): Promise<ExecutionResult> {
  const left = [...choices];
  return execute(environment, cast, { chooser: { choose: () => left.shift() ?? 0 }, seed: 1 });
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

/** `w1 GET c -> "1"`, a line a step. */
export function lines(result: ExecutionResult): string[] {
  return result.steps.map((step) => {
    const reply = step.reply === undefined ? '' : ` -> ${JSON.stringify(decodeReply(step.reply))}`;
    const fault = step.fault === undefined ? '' : ` [${step.fault}]`;
    return `w${step.worker} ${step.text ?? commandText(step.args!).join(' ')}${fault}${reply}`;
  });
}
