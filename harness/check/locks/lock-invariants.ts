import type { Reply } from '../../base/reply.js';
import { checkedFunction, checkedOptional, checkedOptions, checkedText } from '../arguments.js';
import {
  checkGrantOptions,
  grantsIn,
  isGranted,
  settledOn,
  WIRE_GRANT_OPTIONS,
  type WireGrantOptions,
} from './grants.js';
import type { WireCommand } from '../happened.js';
import type { History } from '../history.js';
import { RELEASED_ONLY_ITS_OWN, WORKS_UNDER_ITS_OWN } from '../ids.js';
import { invariant, type Found, type Invariant } from '../invariant.js';

/**
 * What `releasedOnlyItsOwn` takes.
 *
 * @public
 */
export interface ReleaseOptions extends WireGrantOptions {
  /** Name of the operation that gives the lock back. Default: `release`. */
  readonly release?: string;
  /**
   * Did an operation that returned this remove a lock, where its last command on the key got this reply? Default: as it says
   * where it returned true, false or a number; else where the reply is a number above 0, as that of DEL or of a script that
   * returns what DEL did.
   */
  readonly released?: (value: unknown, reply: Reply | undefined) => boolean;
  /** Goes with `takes`: did this command on the key, which the server ran, remove the lock? */
  readonly removes?: (command: WireCommand) => boolean;
}

/**
 * Whoever removed the lock held it. A lock may run out and be taken by another worker; from then on it is not the first
 * one's to remove.
 *
 * @param options.key - the lock
 * @param options.acquire - name of the operation that takes it; default `acquire`
 * @param options.release - name of the operation that gives it back; default `release`
 * @throws ScenarioError for options that make no sense
 * @example
 * ```ts
 * import { explore, releasedOnlyItsOwn, scenario } from 'redis-race-lab';
 *
 * const careless = scenario({
 *   name: 'released by DEL, perhaps after the lease ran out',
 *   workers: async ({ redis, name, sleep, operation }) => {
 *     const take = () => redis.set('lock', name, 'PX', 100, 'NX');
 *     if ((await operation('acquire', take)) === null) {
 *       await sleep(110);
 *       if ((await operation('acquire', take)) === null) return;
 *     }
 *     await sleep(90);
 *     await operation('release', () => redis.del('lock'));
 *   },
 *   invariants: [releasedOnlyItsOwn({ key: 'lock' })],
 * });
 * console.log((await explore(careless)).invariant); // released only its own lock
 * ```
 * @public
 */
export function releasedOnlyItsOwn(options: ReleaseOptions): Invariant {
  const name = 'releasedOnlyItsOwn';
  checkedOptions<ReleaseOptions>(name, options, {
    ...WIRE_GRANT_OPTIONS,
    release: true,
    released: true,
    removes: true,
  });
  const { key, takes, removes } = options;
  checkedText(name, '"key"', key);
  checkGrantOptions(name, options);
  checkedOptional(name, options, 'text', 'release');
  checkedOptional(name, options, 'function', 'released');
  // One without the other would compare what workers say with what is on the wire.
  if (takes !== undefined || removes !== undefined) {
    checkedFunction(name, '"takes", which goes with "removes",', takes);
    checkedFunction(name, '"removes", which goes with "takes",', removes);
  }
  return invariant(RELEASED_ONLY_ITS_OWN, ({ history }) => {
    let holder: number | undefined;
    let [taken, removed] = [false, false];
    for (const { worker, what } of takenAndRemoved(history, options)) {
      if (what === 'taken') {
        holder = worker;
        taken = true;
        continue;
      }
      removed = true;
      if (holder === undefined || holder === worker) continue;
      return {
        expected: `w${worker} removes ${key} only while it holds it`,
        observed: `w${worker} removed the lock of w${holder}`,
      };
    }
    return taken && removed
      ? undefined
      : { nothing: `nobody was seen to ${taken ? 'remove' : 'take'} ${key}` };
  });
}

/** Who took and who removed the lock, in the order in which the server saw it. */
function takenAndRemoved(
  history: History,
  options: ReleaseOptions,
): { readonly worker: number; readonly what: 'taken' | 'removed' }[] {
  const { key, acquire = 'acquire', release = 'release', released = removes, takes } = options;
  if (takes !== undefined)
    return history.ranOn(key).flatMap((command) => {
      const { worker } = command;
      if (takes(command)) return { worker, what: 'taken' };
      return options.removes!(command) ? { worker, what: 'removed' } : [];
    });
  return settledOn(history, key).flatMap(({ operation, command }) => {
    const { name, worker, outcome, value } = operation;
    if (name === acquire && isGranted(operation, options)) return { worker, what: 'taken' };
    const gone = name === release && outcome === 'ok' && released(value, command.reply);
    return gone ? { worker, what: 'removed' } : [];
  });
}

function removes(value: unknown, reply: Reply | undefined): boolean {
  if (typeof value === 'boolean' || typeof value === 'number') return Boolean(value);
  return typeof reply === 'number' && reply > 0;
}

/**
 * What `worksUnderItsOwn` takes.
 *
 * @public
 */
export interface WorkOptions extends WireGrantOptions {
  /** Name of the operation, or of the critical section, that needs the lock. Default: `critical section`. */
  readonly work?: string;
}

/**
 * Whoever begins to work is the one who took the lock last. A lease may run out unnoticed; from then on the lock may be
 * another's.
 *
 * @param options.key - the lock
 * @param options.work - name of the operation, or of the critical section, that needs it; default `critical section`
 * @param options.acquire - name of the operation that takes the lock; default `acquire`
 * @throws ScenarioError for options that make no sense
 * @example
 * ```ts
 * import { explore, scenario, worksUnderItsOwn } from 'redis-race-lab';
 *
 * const late = scenario({
 *   name: 'the work begins long after the lock was taken',
 *   workers: async ({ redis, name, sleep, operation, critical }) => {
 *     const take = () => redis.set('lock', name, 'PX', 100, 'NX');
 *     if ((await operation('acquire', take)) === null) return;
 *     await sleep(150);
 *     await critical(() => redis.incr('sent'));
 *   },
 *   invariants: [worksUnderItsOwn({ key: 'lock' })],
 * });
 * console.log((await explore(late)).invariant); // works only under its own lock
 * ```
 * @public
 */
export function worksUnderItsOwn(options: WorkOptions): Invariant {
  const name = 'worksUnderItsOwn';
  checkedOptions<WorkOptions>(name, options, { ...WIRE_GRANT_OPTIONS, work: true });
  const { key, work = 'critical section' } = options;
  checkedText(name, '"key"', key);
  checkGrantOptions(name, options);
  checkedOptional(name, options, 'text', 'work');
  return invariant(WORKS_UNDER_ITS_OWN, ({ history }): Found | undefined => {
    const grants = grantsIn(history, options);
    const works = history.named(work);
    for (const { worker, start } of works) {
      const holder = grants.findLast(({ command: { at } }) => at < start)?.worker;
      if (holder === undefined || holder === worker) continue;
      return {
        expected: `w${worker} works only while ${key} is its own`,
        observed: `w${worker} worked when ${key} was w${holder}'s`,
      };
    }
    if (works.length === 0) return { nothing: `nobody ran an operation called "${work}"` };
    return grants.length === 0 ? { nothing: `nobody was seen to take ${key}` } : undefined;
  });
}
