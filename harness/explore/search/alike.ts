import type { Environment } from '../../execution/host/environment.js';
import { execute, type ExecutionResult } from '../../execution/execution.js';
import { commandText, type PerformedStep } from '../../execution/steps/step.js';
import type { Decision } from '../../execution/steps/decision.js';
import type { Move } from '../../execution/steps/move.js';
import type { Scenario } from '../../scenario/types.js';

/**
 * Checks that workers do the same in each other's place, as their scenario says: the calm execution is run again with
 * every two neighbours having changed their parts, which are to come to the same steps. That is no proof; it finds
 * workers that do something else from the start.
 *
 * @returns what is not the same, in words
 * @internal
 */
export async function differenceBetweenWorkers(
  environment: Environment,
  scenario: Scenario,
  calm: ExecutionResult,
  seed: number,
): Promise<string | undefined> {
  for (let first = 1; first < scenario.workers.length; first++) {
    const other = (worker: number): number =>
      worker === first ? first + 1 : worker === first + 1 ? first : worker;
    const script = calm.steps.map((step) => ({ ...partOf(step), worker: other(step.worker) }));
    let missing: string | undefined;
    let at = 0;
    const follow = (moves: readonly Move[]): number => {
      const wanted = script[at++];
      const found = moves.findIndex(({ kind, worker }) => kind === wanted?.kind && worker === wanted.worker);
      if (found < 0) missing ??= `step ${at}`;
      return Math.max(0, found);
    };
    const chooser = {
      choose: ({ moves }: Decision): number => follow(moves),
      forced: (move: Move): void => void follow([move]),
    };
    const { steps, finding } = await execute(environment, scenario, { chooser, seed });
    const differs = script.findIndex((part, index) => !same(part, steps[index] && partOf(steps[index])));
    if (differs >= 0) missing ??= `step ${differs + 1}`;
    if (steps.length !== script.length || finding?.id !== calm.finding?.id) missing ??= 'the end';
    if (missing !== undefined)
      return `workers ${first} and ${first + 1} are not interchangeable: in each other's place they differ at ${missing}`;
  }
  return undefined;
}

interface Part {
  readonly kind: string;
  readonly worker: number;
  /** Its command without what may differ: names, tokens, values. */
  readonly command: string;
}

function partOf({ kind, worker, args, reply }: PerformedStep): Part {
  const [name = '', ...rest] = commandText(args ?? []);
  const answer = reply === undefined ? '' : String.fromCharCode(reply[0] ?? 0);
  return { kind, worker, command: `${name} ${rest.length} ${answer}` };
}

function same(a: Part, b: Part | undefined): boolean {
  return a.kind === b?.kind && a.worker === b.worker && a.command === b.command;
}
