import type { Environment } from '../../execution/environment.js';
import type { ExecutionResult } from '../../execution/execution.js';
import type { PerformedStep } from '../../execution/step.js';
import type { Event } from '../event.js';
import { add, NOTHING, read, union, write, type Footprint } from '../footprint.js';
import { CommandFootprints } from '../footprints/command-footprints.js';
import { isScript } from '../footprints/command-rules.js';
import { ScriptMonitor, takeFrom, type ObservedScript } from '../footprints/script-monitor.js';
import { FootprintTracker, type Call, type TakeScript } from '../footprints/tracker.js';
import { CLOCK, HISTORY, worker as stateOf } from '../resources.js';
import { Follower, tryOut, type Trial } from './follow.js';

/**
 * The steps of an execution as events with the footprints that they had, as the server tells them. A step that
 * nobody can tell conflicts with everything.
 */
export async function eventsOf(trial: Trial, result: ExecutionResult): Promise<Event[]> {
  const { steps } = result;
  const { environment } = trial;
  const commands = new CommandFootprints(environment.control);
  const scripts = steps.some(({ args }) => args !== undefined && isScript(nameOf(args)))
    ? await observedScripts(trial, steps)
    : [];
  for (const { args } of scripts.flatMap(({ inner }) => inner)) await commands.learn(args);
  const takeScript = takeFrom(scripts);
  const tracker = new FootprintTracker(commands, 'any');
  const events: Event[] = [];
  let atMs = 0;
  const beliefs = beliefsOf(result);
  for (const [at, step] of steps.entries()) {
    const touched = await footprintOf(step, step.atMs !== atMs, { commands, tracker, takeScript });
    atMs = step.atMs;
    events.push({
      key: `${step.id} ${step.fault ?? ''}`,
      label: step.id,
      worker: step.worker,
      footprint: union(touched, beliefs[at]!, [write(stateOf(step.worker))]),
    });
  }
  return events;
}

/** The operations that began and ended because of each step; nothing where the broken invariant did not look. */
function beliefsOf({ steps, history, finding }: ExecutionResult): Footprint[] {
  if (finding?.evidence?.history !== true) return steps.map(() => NOTHING);
  return steps.map(({ worker, tick }, at) => {
    const next = steps[at + 1]?.tick ?? Infinity;
    const mine = history.operations.filter((operation) => operation.worker === worker);
    return union(
      mine.some(({ start }) => start > tick && start < next) ? [read(HISTORY)] : NOTHING,
      mine.some(({ end }) => end > tick && end < next) ? [add(HISTORY)] : NOTHING,
    );
  });
}

interface Means {
  readonly commands: CommandFootprints;
  readonly tracker: FootprintTracker;
  readonly takeScript: TakeScript;
}

async function footprintOf(
  { kind, args, sentOn, reply, fault }: PerformedStep,
  moved: boolean,
  { commands, tracker, takeScript }: Means,
): Promise<Footprint> {
  switch (kind) {
    case 'command': {
      // What never reached the server touched nothing there.
      if (args === undefined || sentOn === undefined || reply === undefined)
        return fault === undefined ? 'everything' : [];
      const words = [nameOf(args), ...args.slice(1).map((arg) => arg.toString('latin1'))];
      const call: Call = { args: words, ...sentOn };
      await commands.learn(words);
      return tracker.performed(call, reply, takeScript);
    }
    case 'timer':
    case 'expiry':
      return [moved ? write(CLOCK) : read(CLOCK)];
    case 'connect':
    case 'step':
      return [];
    default:
      return 'everything';
  }
}

function nameOf(args: readonly Buffer[]): string {
  return args[0]!.toString('latin1').toUpperCase();
}

/** Runs the same execution once more and watches what its scripts do. */
async function observedScripts(
  trial: Trial,
  steps: readonly PerformedStep[],
): Promise<readonly ObservedScript[]> {
  const { control, upstreams }: Environment = trial.environment;
  const monitor = await ScriptMonitor.open(upstreams, control);
  try {
    await tryOut(trial, new Follower(steps));
    return await monitor.take();
  } finally {
    await monitor.close();
  }
}
