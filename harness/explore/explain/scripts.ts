import type { PerformedStep } from '../../execution/steps/step.js';
import { isScript } from '../footprints/command-rules.js';
import { ScriptMonitor, takeFrom, type ObservedScript } from '../footprints/script-monitor.js';
import { Follower } from '../tape/follow.js';
import { tryOut, type Trial } from './trial.js';

/**
 * Runs the same execution once more and watches what its scripts do; without scripts, nothing is run.
 *
 * @internal
 */
export async function observedScripts(
  trial: Trial,
  steps: readonly PerformedStep[],
): Promise<readonly ObservedScript[]> {
  if (!steps.some(({ args }) => args !== undefined && isScript(nameOf(args)))) return [];
  const { control, upstreams } = trial.environment;
  const monitor = await ScriptMonitor.open(upstreams, control);
  try {
    await tryOut(trial, new Follower(steps));
    return await monitor.take();
  } finally {
    await monitor.close();
  }
}

/**
 * What the scripts of an execution run inside, by the identity of their step.
 *
 * @param scripts - of these steps
 * @internal
 */
export function insideScripts(
  scripts: readonly ObservedScript[],
  steps: readonly PerformedStep[],
): Map<string, Buffer[][]> {
  const take = takeFrom(scripts);
  const inside = new Map<string, Buffer[][]>();
  for (const { id, args } of steps) {
    if (args === undefined || !isScript(nameOf(args))) continue;
    const ran = take(args.map((arg) => arg.toString('latin1')));
    if (ran === undefined) continue;
    const commands = ran.inner.map(({ args: words }) => words.map((word) => Buffer.from(word, 'latin1')));
    inside.set(id, commands);
  }
  return inside;
}

/** The name of a command. @internal */
export function nameOf(args: readonly Buffer[]): string {
  return args[0]!.toString('latin1').toUpperCase();
}
