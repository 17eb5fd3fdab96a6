import { checkedCount, checkedOptional, checkedOptions, checkedTime } from '../arguments.js';
import { ScenarioError } from '../../base/scenario-error.js';
import { shown } from '../../base/shown.js';
import type { Operation } from '../happened.js';
import { ADMISSION_LIMIT } from '../ids.js';
import { invariant, type Invariant } from '../invariant.js';

/** How a limiter counts. */
const WINDOWS = ['fixed', 'sliding', 'bucket'] as const;

/**
 * What `admissionLimit` takes.
 *
 * @public
 */
export interface AdmissionOptions {
  /** So many are admitted in a window; of a bucket: so many at once, and as many again in every `windowMs`. */
  readonly limit: number;
  /** How long a window is, in ms of virtual time. */
  readonly windowMs: number;
  /**
   * `fixed`: windows that begin with the first one admitted after the last window was over, as with INCR and PEXPIRE. `sliding`: any
   * `windowMs`. `bucket`: a bucket of `limit` tokens that is filled again evenly.
   */
  readonly window: 'fixed' | 'sliding' | 'bucket';
  /** Name of the operation that asks. Default: `hit`. */
  readonly operation?: string;
  /** Was an operation that returned this admitted? Default: yes, unless it returned false or null. */
  readonly admitted?: (value: unknown) => boolean;
}

type Asked = Pick<Operation, 'start' | 'startMs' | 'endMs'>;

/**
 * No more are admitted than the limiter allows, in ms of virtual time. When an operation was admitted is known as well as it began and
 * ended: only what is too many wherever in between that was is too many.
 *
 * @throws ScenarioError for options that make no sense
 * @example
 * ```ts
 * import { admissionLimit, explore, scenario } from 'redis-race-lab';
 *
 * const looksFirst = scenario({
 *   name: 'a limiter that looks, and then counts',
 *   workers: ({ redis, operation }) =>
 *     operation('hit', async () => {
 *       if (Number(await redis.get('hits')) >= 1) return false;
 *       await redis.incr('hits');
 *       return true;
 *     }),
 *   invariants: [admissionLimit({ limit: 1, windowMs: 1000, window: 'sliding' })],
 * });
 * console.log((await explore(looksFirst)).invariant); // admission limit
 * ```
 * @public
 */
export function admissionLimit(options: AdmissionOptions): Invariant {
  const given = checked(options);
  const { operation = 'hit', admitted = isAdmitted, limit, windowMs } = given;
  return invariant(ADMISSION_LIMIT, ({ history }) => {
    const asked = history.named(operation);
    if (asked.length === 0) return { nothing: `nobody ran an operation called "${operation}"` };
    const admittedOnes = asked.filter(({ outcome, value }) => outcome === 'ok' && admitted(value));
    const found = TOO_MANY[given.window](admittedOnes, given);
    if (found === undefined) return undefined;
    const per =
      given.window === 'bucket'
        ? `${limit} at once and ${limit} in ${windowMs} ms`
        : `${limit} in ${windowMs} ms`;
    return {
      expected: `at most ${per} admitted`,
      observed: `${found.count} from ${found.fromMs} to ${found.toMs} ms`,
    };
  });
}

/** @throws ScenarioError */
function checked(options: AdmissionOptions): AdmissionOptions {
  const name = 'admissionLimit';
  checkedOptions<AdmissionOptions>(name, options, {
    limit: true,
    windowMs: true,
    window: true,
    operation: true,
    admitted: true,
  });
  checkedCount(name, '"limit"', options.limit);
  checkedTime(name, '"windowMs"', options.windowMs);
  if (!WINDOWS.includes(options.window))
    throw new ScenarioError(
      `${name}: "window" is one of ${WINDOWS.join(', ')}, not ${shown(options.window)}`,
    );
  checkedOptional(name, options, 'text', 'operation');
  checkedOptional(name, options, 'function', 'admitted');
  return options;
}

function isAdmitted(value: unknown): boolean {
  return value !== false && value !== null;
}

interface TooMany {
  readonly count: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Those of them that were certainly admitted in this time. */
function within(asked: readonly Asked[], fromMs: number, isOver: (endMs: number) => boolean): Asked[] {
  return asked.filter(({ startMs, endMs }) => startMs >= fromMs && !isOver(endMs));
}

function excess(found: readonly Asked[], limit: number): TooMany | undefined {
  if (found.length <= limit) return undefined;
  const times = found.flatMap(({ startMs, endMs }) => [startMs, endMs]);
  return { count: found.length, fromMs: Math.min(...times), toMs: Math.max(...times) };
}

const TOO_MANY: Readonly<
  Record<
    AdmissionOptions['window'],
    (asked: readonly Asked[], options: AdmissionOptions) => TooMany | undefined
  >
> = {
  sliding: (asked, { limit, windowMs }) => {
    for (const { startMs } of asked) {
      const found = excess(
        within(asked, startMs, (endMs) => endMs >= startMs + windowMs),
        limit,
      );
      if (found !== undefined) return found;
    }
    return undefined;
  },

  bucket: (asked, { limit, windowMs }) => {
    for (const { startMs } of asked) {
      for (const { endMs } of asked) {
        const filled = limit + Math.floor((limit * (endMs - startMs)) / windowMs);
        const found = excess(
          within(asked, startMs, (otherMs) => otherMs > endMs),
          filled,
        );
        if (found !== undefined) return found;
      }
    }
    return undefined;
  },

  fixed: (asked, { limit, windowMs }) => {
    let left = asked.toSorted((one, other) => one.startMs - other.startMs);
    for (let [opens] = left; opens !== undefined; [opens] = left) {
      const { startMs } = opens;
      const inside = within(left, startMs, (endMs) => endMs >= startMs + windowMs);
      const found = excess(inside, limit);
      if (found !== undefined) return found;
      // A window may be over at its very end, or right after it. Of those that may belong to this one or to the
      // next nothing is known, nor of the window that they may open.
      let overMs = opens.endMs + windowMs;
      for (const { startMs: atMs, endMs } of left)
        if (atMs <= overMs && endMs >= startMs + windowMs) overMs = Math.max(overMs, endMs + windowMs);
      left = left.filter((one) => one.startMs > overMs);
    }
    return undefined;
  },
};
