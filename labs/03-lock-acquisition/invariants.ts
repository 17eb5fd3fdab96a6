import {
  invariant,
  type History,
  type Invariant,
  type Operation,
  type WireCommand,
} from '../../harness/index.js';

/**
 * Whoever removed the lock held it. A lock may run out and be taken by another worker; from then on it is not the
 * first one's to remove.
 *
 * Looks at the operations `acquire` and `release`, which return true when a lock was set or removed.
 *
 * @param key - the lock
 */
export function releasedOnlyItsOwn(key: string): Invariant {
  return invariant('released only its own lock', ({ history }) => {
    let holder: number | undefined;
    for (const { name, value, worker } of settledOn(history, key).keys()) {
      if (value !== true) continue;
      if (name === 'acquire') holder = worker;
      if (name !== 'release' || holder === undefined || holder === worker) continue;
      return {
        expected: `w${worker} removes ${key} only while it holds it`,
        observed: `w${worker} removed the lock of w${holder}`,
      };
    }
    return undefined;
  });
}

/**
 * Whoever works is the one who took the lock last. A lease may run out unnoticed; from then on the lock may be another's.
 *
 * Looks at the operations `acquire`, which returns true when a lock was set, and `work`.
 *
 * @param key - the lock
 * @param work - name of the operation that needs the lock
 */
export function worksUnderItsOwn(key: string, work: string): Invariant {
  return invariant('works only under its own lock', ({ history }) => {
    const grants = [...settledOn(history, key)].filter(
      ([{ name, value }]) => name === 'acquire' && value === true,
    );
    for (const { worker, start } of history.named(work)) {
      const holder = grants.findLast(([, { at }]) => at < start)?.[0].worker;
      if (holder === undefined || holder === worker) continue;
      return {
        expected: `w${worker} works only while ${key} is its own`,
        observed: `w${worker} worked when ${key} was w${holder}'s`,
      };
    }
    return undefined;
  });
}

/** Operations with the last command on `key` that the server ran for each, in the order of these commands. */
function settledOn(history: History, key: string): Map<Operation, WireCommand> {
  const last = new Map<Operation, WireCommand>();
  for (const command of history.ranOn(key)) {
    const operation = history.operationOf(command);
    if (operation === undefined) continue;
    // Set anew, it would keep its place.
    last.delete(operation);
    last.set(operation, command);
  }
  return last;
}

/**
 * No lock is left whose owner was told that it does not have it: such a lock keeps everybody out, and nobody in.
 *
 * Looks at the operation `acquire`, which returns false to a worker that does not get the lock.
 *
 * @param key - the lock; its value is the token of its owner
 */
export function noGhostLock(key: string): Invariant {
  return invariant('no ghost lock', async ({ redis, history }) => {
    const token = await redis.get(key);
    if (token === null) return undefined;
    const owner = history.ranOn(key).find(({ command }) => command.includes(token))?.worker;
    const answers = owner === undefined ? [] : history.operationsOf(owner, 'acquire');
    if (answers.length === 0 || answers.some(({ value }) => value !== false)) return undefined;
    return {
      expected: `who owns ${key} knows it`,
      observed: `${key} holds the token of w${owner}, which was told that the lock is taken`,
    };
  });
}
