import { checkedOptional, checkedOptions, checkedText, checkedTime } from '../arguments.js';
import type { Operation } from '../happened.js';
import type { History } from '../history.js';
import { MUTUAL_EXCLUSION } from '../ids.js';
import { invariant, type Invariant } from '../invariant.js';
import { checkGrantOptions, GRANT_OPTIONS, isGranted, type GrantOptions } from './grants.js';
import { overlapText } from './overlap.js';

/**
 * What `mutualExclusion` takes, where it is to know of leases.
 *
 * @public
 */
export interface ExclusionOptions extends GrantOptions {
  /** Name of the critical section. Default: `critical section`. */
  readonly name?: string;
  /** How long a lease lasts, in ms of virtual time. Default: no lease is known of, and every overlap counts. */
  readonly leaseMs?: number;
  /** Name of the operation that makes a lease last `leaseMs` from then on. Default: `extend`. */
  readonly extend?: string;
}

/**
 * No two workers believe at the same time that they are inside the critical section: what `critical(name, …)`, or
 * `operation(name, …)`, recorded of different workers does not overlap.
 *
 * With `leaseMs` only overlaps within leases count. A lease is what its worker asked for: it begins when an operation `acquire`
 * (or `extend`) that succeeds begins, and lasts `leaseMs` of virtual time. Whoever stays inside beyond that is no finding of
 * this invariant, since no lock can keep others out then: what protects against it is a fencing token that the resource
 * checks. Whoever is inside without ever having had a lease counts as long as it is there.
 *
 * @param options - name of the critical section, or options
 * @throws ScenarioError for what makes no sense
 * @example
 * ```ts
 * import { explore, mutualExclusion, scenario } from 'redis-race-lab';
 *
 * const guarded = scenario({
 *   name: 'no lock at all',
 *   workers: ({ critical, redis }) => critical(() => redis.incr('report')),
 *   invariants: [mutualExclusion()],
 * });
 * console.log((await explore(guarded)).invariant); // mutual exclusion
 * ```
 * @public
 */
export function mutualExclusion(options: string | ExclusionOptions = {}): Invariant {
  const given = exclusionOptions(options);
  const { name = 'critical section' } = given;
  return invariant(MUTUAL_EXCLUSION, ({ history }) => {
    const found = given.leaseMs === undefined ? believed(history, name) : leased(history, name, given);
    if (found === undefined) {
      const entered = history.count(name, 'ok', 'failed', 'unknown', 'pending') > 0;
      return entered ? undefined : { nothing: `nobody entered a "${name}" with critical()` };
    }
    return {
      expected: 'one worker at a time in the critical section',
      observed: `${overlapText(found)}${found.more ?? ''}`,
      at: found.at,
    };
  });
}

/** @throws ScenarioError */
function exclusionOptions(given: string | ExclusionOptions): ExclusionOptions {
  const name = 'mutualExclusion';
  if (typeof given === 'string')
    return { name: checkedText(name, 'the name of the critical section', given) };
  checkedOptions<ExclusionOptions>(name, given, {
    name: true,
    leaseMs: true,
    ...GRANT_OPTIONS,
    extend: true,
  });
  checkGrantOptions(name, given);
  checkedOptional(name, given, 'text', 'name', 'extend');
  if (given.leaseMs !== undefined) checkedTime(name, '"leaseMs"', given.leaseMs);
  return given;
}

/** Two workers inside at once. */
interface Together {
  readonly entered: number;
  readonly inside: number;
  /** Position from which on they were. */
  readonly at: number;
  /** What else there is to say. */
  readonly more?: string;
}

function believed(history: History, name: string): Together | undefined {
  const found = history.overlap(name);
  if (found === undefined) return undefined;
  const [first, second] = found as [Operation, Operation];
  return { entered: second.worker, inside: first.worker, at: second.start };
}

/** A moment, in both orders. */
type Moment = Pick<Operation, 'start' | 'startMs'>;

function leased(history: History, name: string, options: ExclusionOptions): Together | undefined {
  const { acquire = 'acquire', extend = 'extend', leaseMs = Infinity } = options;
  const sections = history.named(name);
  const granted = [...history.named(acquire), ...history.named(extend)].filter((one) =>
    isGranted(one, options),
  );
  const leasesOf = (worker: number): Operation[] => granted.filter((one) => one.worker === worker);
  const isHeld = ({ worker }: Operation, { start, startMs }: Moment): boolean => {
    const own = leasesOf(worker).filter((lease) => lease.start <= start);
    return own.length === 0 || own.some((lease) => startMs < lease.startMs + leaseMs);
  };
  for (const [at, first] of sections.entries()) {
    for (const second of sections.slice(at + 1)) {
      if (second.worker === first.worker || second.start > first.end) continue;
      const end = Math.min(first.end, second.end);
      // Leases only ever begin there.
      const moments = [second, ...leasesOf(first.worker), ...leasesOf(second.worker)]
        .filter(({ start }) => start >= second.start && start <= end)
        .sort((a, b) => a.start - b.start);
      const broken = moments.find((moment) => isHeld(first, moment) && isHeld(second, moment));
      if (broken !== undefined)
        return {
          entered: second.worker,
          inside: first.worker,
          at: broken.start,
          more: leaseText(first, leasesOf(first.worker), acquire),
        };
    }
  }
  return undefined;
}

/** What it says of the lease of whoever was inside. */
function leaseText({ worker, start }: Operation, leases: readonly Operation[], acquire: string): string {
  return leases.some((lease) => lease.start <= start)
    ? `, whose lease was not over`
    : `; no operation "${acquire}" of w${worker} had succeeded`;
}
