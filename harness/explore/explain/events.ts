import type { ExecutionResult } from '../../execution/execution.js';
import type { PerformedStep } from '../../execution/steps/step.js';
import type { Event } from '../events/event.js';
import { add, NOTHING, read, union, write, type Footprint } from '../events/footprint.js';
import { CommandFootprints } from '../footprints/command-footprints.js';
import { isScript } from '../footprints/command-rules.js';
import { usedBy } from '../footprints/shared-use.js';
import { takeFrom, type ObservedScript } from '../footprints/script-monitor.js';
import { exactly, scriptTouched } from './exactly.js';
import { FootprintTracker, type Call, type TakeScript } from '../footprints/tracker.js';
import { CLOCK, HISTORY, worker as stateOf } from '../events/resources.js';
import { nameOf } from './scripts.js';
import type { Trial } from './trial.js';

/**
 * The steps of an execution as events with the footprints that they had, as the server tells them. A step that
 * nobody can tell conflicts with everything.
 *
 * @param scripts - what those among the steps were seen to run inside
 * @internal
 */
export async function eventsOf(
  { environment }: Trial,
  result: ExecutionResult,
  scripts: readonly ObservedScript[],
): Promise<Event[]> {
  const { steps } = result;
  const commands = new CommandFootprints(environment.control);
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
  { kind, args, sentOn, reply, fault, shared }: PerformedStep,
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
      let ran: ObservedScript | undefined;
      const touched = tracker.performed(call, reply, (script) => (ran = takeScript(script)));
      return isScript(words[0]!) && ran !== undefined
        ? scriptTouched(ran, commands)
        : exactly(words, sentOn.database, touched);
    }
    case 'timer':
    case 'expiry':
      return [moved ? write(CLOCK) : read(CLOCK)];
    case 'connect':
      return [];
    case 'step':
      return usedBy(shared);
    default:
      return 'everything';
  }
}
