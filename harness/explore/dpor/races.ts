import {
  eventsDependent,
  mustPrecede,
  staysBefore,
  type Event,
  type CostLimits,
  type Trace,
} from '../events/event.js';
import { uses } from '../events/footprint.js';
import { RUNNING } from '../events/resources.js';
import { HappensBefore } from './happens-before.js';
import { inLine } from './lineup.js';

/** Two steps that could have come the other way round, and what to run to see it. @internal */
export interface Race {
  /** Position of the first step: the reversal branches off right before it. */
  readonly at: number;
  /** What to run from there: all that does not depend on the first step, then the second step. */
  readonly sequence: readonly Event[];
  /** The first step, where it is to come behind the second one. */
  readonly behind?: Event;
}

/**
 * Finds every race of an execution: two dependent steps with nothing ordered between them, the second of which was
 * possible, or would have become possible, without the first (Abdulla et al., JACM 2017, section 5).
 *
 * Beyond the paper, where no process disables another: a step that was possible and ceased to be because of the
 * step that was taken (another fault at the same command, a timer that the reply cancelled) races with that step,
 * though it never ran.
 *
 * @param reach - `trace`: the sequence holds all that is independent of the first step; `second`: only what came
 * before the second step, as source-DPOR wants it
 * @internal
 */
export function* races(trace: Trace, reach: 'trace' | 'second', limits: CostLimits): Generator<Race> {
  const { points } = trace;
  const events = points.map(({ event }) => event);
  const standing = standingIn(trace);
  const order = new HappensBefore(events);
  const keys = points.map(({ options, waiting }) => new Set([...options, ...waiting].map(({ key }) => key)));
  keys.push(new Set(trace.left.map(({ key }) => key)));
  for (const [j, second] of events.entries()) {
    const enabler = enabledBy(keys, second.key, j);
    for (const i of order.direct(j)) {
      const first = events[i]!;
      if (
        (i === enabler && isNeeded(first, second)) ||
        mustPrecede(first, second) ||
        staysBefore(first, second)
      )
        continue;
      const end = reach === 'trace' ? events.length : j;
      yield* runnable(i, [...apartFrom(i, j, end, events, order), second], standing, first);
    }
  }
  for (const [i, { event, options, waiting }] of points.entries()) {
    for (const option of options) {
      if (option.key === event.key || keys[i + 1]!.has(option.key)) continue;
      // A fault of another worker for which this one left no budget: it is an alternative to a step without a fault,
      // and shows there.
      if (option.cost !== undefined && option.cost === event.cost && option.worker !== event.worker) continue;
      const behind = option.worker === event.worker ? undefined : event;
      yield* runnable(i, insteadOf(i, option, events, order, limits), standing, behind);
    }
    for (const option of waiting) {
      if (keys[i + 1]!.has(option.key) || option.worker !== event.worker) continue;
      yield* runnable(i, insteadOf(i, option, events, order, limits), standing);
    }
  }
}

/**
 * All from `i` to before `end` that does not depend on `i`, but for `j`.
 *
 * A worker that has several commands under way hears of one later. Whether it has may hang on a step of its own that touches
 * nothing in common with the command: without that one, the command is another step, and so is what comes of it.
 */
function apartFrom(
  i: number,
  j: number,
  end: number,
  events: readonly Event[],
  order: HappensBefore,
): Event[] {
  const apart: Event[] = [];
  // All that is left out depends on one of these, and is of one of those workers.
  const left = [i];
  const workers = new Set([events[i]!.worker]);
  for (let k = i + 1; k < end; k++) {
    if (k === j) continue;
    const event = events[k]!;
    const isOther = event.heardIn !== undefined && !order.before(k, j) && workers.has(event.worker);
    if (!isOther && !left.some((earlier) => order.before(earlier, k))) {
      apart.push(event);
      continue;
    }
    workers.add(event.worker);
    if (isOther) left.push(k);
  }
  return apart;
}

/** An execution, with the workers whose place in line was settled before each of its points. */
interface Standing extends Pick<Trace, 'points'> {
  readonly settled: readonly ReadonlySet<number>[];
}

function standingIn({ points }: Trace): Standing {
  let before: ReadonlySet<number> = new Set();
  const settled = points.map(({ event: { settles } }) => {
    const here = before;
    if (settles !== undefined) before = new Set([...before, ...settles]);
    return here;
  });
  return { points, settled };
}

/**
 * A sequence to be run from point `i`. Where it does not keep the order of workers that are alike, whatever else was
 * possible there may lead to one that does.
 */
function* runnable(i: number, sequence: readonly Event[], trace: Standing, behind?: Event): Generator<Race> {
  const { event, options } = trace.points[i]!;
  if (inLine(trace.settled[i]!, sequence)) yield { at: i, sequence, ...(behind && { behind }) };
  else for (const other of options) if (other.worker !== event.worker) yield { at: i, sequence: [other] };
}

/** Is a step not possible without the one that made it so? Others may make a fleeting one possible as well. */
function isNeeded(enabler: Event, event: Event): boolean {
  return event.fleeting !== true || enabler.worker === event.worker;
}

/** The event that made the event at `j` possible; -1 when it was possible from the start. */
function enabledBy(keys: readonly ReadonlySet<string>[], key: string, j: number): number {
  let at = j;
  while (at > 0 && keys[at - 1]!.has(key)) at -= 1;
  return at - 1;
}

/**
 * What to run from point `i` to see `option` in place of the step there: all that does not depend on that step, as
 * long as the option stays possible, then the option.
 */
function insteadOf(
  i: number,
  option: Event,
  events: readonly Event[],
  order: HappensBefore,
  limits: CostLimits,
): Event[] {
  const { cost } = option;
  let spent = 1;
  // Early timers are counted by worker.
  const isOfLimit = (event: Event): boolean =>
    event.cost === cost && (cost === 'fault' || event.worker === option.worker);
  for (let k = 0; k < i; k++) if (isOfLimit(events[k]!)) spent += 1;
  const left: number[] = [];
  const sequence: Event[] = [];
  for (let k = i + 1; k < events.length; k++) {
    const event = events[k]!;
    if (order.before(i, k) || left.some((earlier) => order.before(earlier, k))) continue;
    const spends = cost !== undefined && isOfLimit(event);
    if ((spends && spent >= limits[cost]) || mayDisable(event, option)) {
      left.push(k);
      continue;
    }
    if (spends) spent += 1;
    sequence.push(event);
  }
  return [...sequence, option];
}

/** A worker may cancel what it waits for, and timers end with the last worker. */
function mayDisable(event: Event, option: Event): boolean {
  if (option.fleeting === true) return eventsDependent(event, option);
  return (
    event.worker === option.worker ||
    (uses(event.footprint, RUNNING, 'add') && uses(option.footprint, RUNNING, 'read'))
  );
}
