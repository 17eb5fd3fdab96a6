import { maySetDeadline } from '../../server-clock/deadline-commands.js';
import type { Footprint } from '../events/footprint.js';
import { CLOCK } from '../events/resources.js';
import { isScript, ruleOf } from './command-rules.js';

/** Commands on the whole store that tell nothing about how long a key still lives. */
const TIMELESS = /^(KEYS|SCAN|DBSIZE|RANDOMKEY|FLUSHALL|FLUSHDB|SWAPDB)$/;
/** Commands that hand a deadline on as it is, or take it away. */
const HANDS_ON = /^(SET|RENAME|RENAMENX|COPY|SORT|SORT_RO|EXEC)$/;

/**
 * The time to live that a command gives a key, where that is all that it has to do with time.
 *
 * @returns ms from now; undefined for every other command
 * @internal
 */
export function timeGiven(args: readonly string[]): number | undefined {
  const option = (from: number): number | undefined => {
    const at = args.findIndex((arg, index) => index >= from && /^(EX|PX)$/i.test(arg));
    return at < 0 ? undefined : Number(args[at + 1]) * (args[at]!.toUpperCase() === 'EX' ? 1000 : 1);
  };
  switch (args[0]!.toUpperCase()) {
    case 'SET':
      return option(3);
    case 'GETEX':
      return option(2);
    case 'SETEX':
      return Number(args[2]) * 1000;
    case 'PSETEX':
      return Number(args[2]);
    // With a fourth word they compare deadlines.
    case 'EXPIRE':
      return args.length === 3 ? Number(args[2]) * 1000 : undefined;
    case 'PEXPIRE':
      return args.length === 3 ? Number(args[2]) : undefined;
    default:
      return undefined;
  }
}

/** May this command, which is no script, tell somebody what time it is, or how long a key still lives? @internal */
export function mayLookAtTime(args: readonly string[]): boolean {
  const name = args[0]!.toUpperCase();
  if (TIMELESS.test(name)) return false;
  if (isScript(name)) return true;
  const rule = ruleOf(args);
  const touched = rule.kind === 'fixed' ? rule.footprint : rule.besides;
  if (touched === 'everything') return true;
  if (touched.some(({ resource }) => resource === CLOCK)) return timeGiven(args) === undefined;
  return rule.kind === 'keys' && maySetDeadline(args) && !HANDS_ON.test(name);
}

/** A footprint without the clock. @internal */
export function withoutClock(footprint: Footprint): Footprint {
  return footprint === 'everything' ? footprint : footprint.filter(({ resource }) => resource !== CLOCK);
}

/** What a command has to do with time. @internal */
export interface Timing {
  /** See `timeGiven`. */
  readonly givenMs: number | undefined;
  /** See `mayLookAtTime`. */
  readonly looks: boolean;
  /** See `maySetDeadline`. */
  readonly setsDeadline: boolean;
}

/** By list of arguments: equal ones are the same list in execution after execution. */
const timings = new WeakMap<readonly string[], Timing>();

/** All of that, worked out once. @internal */
export function timingOf(args: readonly string[]): Timing {
  let timing = timings.get(args);
  if (timing === undefined) {
    timing = {
      givenMs: timeGiven(args),
      looks: mayLookAtTime(args),
      setsDeadline: maySetDeadline(args),
    };
    timings.set(args, timing);
  }
  return timing;
}
