import type { Operation } from './history.js';
import { describeLost, failedAfterFault } from './recovery.js';
import { invariant, type Invariant } from './invariant.js';

/**
 * No update is lost, and none happens twice: a counter in the store must lie between the number of operations that
 * succeeded and that number plus those with an unknown outcome.
 *
 * @param options.key - the counter
 * @param options.operation - name of the operation that adds 1; default `increment`
 * @param options.read - how to read the count from the stored string; default `Number`
 * @throws Error, when it is checked, if something counted and no operation has that name: nothing could ever be lost
 */
export function noLostUpdate(options: {
  readonly key: string;
  readonly operation?: string;
  readonly read?: (stored: string | null) => number;
}): Invariant {
  const { key, operation = 'increment', read = Number } = options;
  return invariant('no lost update', async ({ redis, history }) => {
    const found = read(await redis.get(key));
    if (found > 0 && history.count(operation, 'ok', 'failed', 'unknown', 'pending') === 0)
      throw new Error(
        `${key} = ${found}, but no worker ran an operation called "${operation}": ` +
          `name what adds 1 with operation('${operation}', …), or say its name: noLostUpdate({ key, operation })`,
      );
    const sure = history.count(operation, 'ok');
    if (found >= sure) return;
    const unsure = history.count(operation, 'unknown', 'pending');
    return { expected: `${key} = ${range(sure, unsure)}`, observed: `${key} = ${found}` };
  });
}

/**
 * No operation takes effect more often than it was called: with ambiguous outcomes counted as possibly applied.
 *
 * @param options - as for `noLostUpdate`
 */
export function atMostOnce(options: {
  readonly key: string;
  readonly operation?: string;
  readonly read?: (stored: string | null) => number;
}): Invariant {
  const { key, operation = 'increment', read = Number } = options;
  return invariant('at most once', async ({ redis, history }) => {
    const found = read(await redis.get(key));
    const sure = history.count(operation, 'ok');
    const unsure = history.count(operation, 'unknown', 'pending');
    if (found <= sure + unsure) return;
    return { expected: `${key} = ${range(sure, unsure)}`, observed: `${key} = ${found}` };
  });
}

function range(sure: number, unsure: number): string {
  return unsure === 0 ? String(sure) : `${sure} to ${sure + unsure}`;
}

/**
 * No two workers believe at the same time that they are inside the critical section: the intervals recorded by
 * `critical(name, …)` of different workers do not overlap.
 *
 * @param name - name of the critical section
 */
export function mutualExclusion(name = 'critical section'): Invariant {
  return invariant('mutual exclusion', ({ history }) => {
    const found = history.overlap(name);
    if (found === undefined) return undefined;
    const [first, second] = found as [Operation, Operation];
    return {
      expected: 'one worker at a time in the critical section',
      observed: `w${second.worker} entered while w${first.worker} was inside`,
      at: second.start,
    };
  });
}

/**
 * No key stays behind for ever: every key that matches has a deadline, or is gone.
 *
 * @param pattern - glob as for KEYS, for example `lock:*`
 */
export function noStuckKey(pattern: string): Invariant {
  const check = invariant('no stuck key', async ({ redis }) => {
    for (const key of (await redis.keys(pattern)).sort()) {
      if ((await redis.pttl(key)) !== -1) continue;
      return {
        expected: `${key} has a deadline or is gone`,
        observed: `${key} = ${await redis.get(key)}, without a deadline`,
      };
    }
    return undefined;
  });
  return { ...check, timeless: true };
}

/**
 * No key is left at all: what was acquired was given back.
 *
 * @param pattern - glob as for KEYS
 */
export function noKeyLeft(pattern: string): Invariant {
  return invariant('no key left', async ({ redis }) => {
    const left = (await redis.keys(pattern)).sort();
    if (left.length === 0) return;
    return { expected: `no key ${pattern}`, observed: left.join(', ') };
  });
}

/**
 * The application comes back by itself: once the last fault is over, each worker may lose a few more operations, and
 * then none. Not judged while a fault lasts.
 *
 * @param options.withinOperations - how many operations of each worker may still fail; default 1
 * @param options.operation - only operations of this name count; default: all
 */
export function recovers(
  options: { readonly withinOperations?: number; readonly operation?: string } = {},
): Invariant {
  const { withinOperations = 1, operation } = options;
  return invariant('recovers', ({ history }) => {
    const lost = failedAfterFault(history, withinOperations, operation);
    if (lost === undefined) return undefined;
    const may = withinOperations === 1 ? 'the first operation' : `the first ${withinOperations} operations`;
    return {
      expected: `after the last fault at most ${withinOperations === 0 ? 'no operation' : may} of a worker fails`,
      observed: describeLost(lost),
    };
  });
}
