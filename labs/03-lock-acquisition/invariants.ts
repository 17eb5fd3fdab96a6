import { invariant, type History, type Invariant, type Operation } from '../../harness/index.js';

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
    const grants = history.named('acquire').filter(({ value }) => value === true);
    for (const release of history.named('release')) {
      if (release.value !== true) continue;
      const removedAt = lastCommand(history, release, key);
      const holder = holderAt(history, grants, key, removedAt);
      if (holder === undefined || holder === release.worker) continue;
      return {
        expected: `w${release.worker} removes ${key} only while it holds it`,
        observed: `w${release.worker} removed the lock of w${holder}`,
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
    const grants = history.named('acquire').filter(({ value }) => value === true);
    for (const { worker, start } of history.named(work)) {
      const holder = holderAt(history, grants, key, start);
      if (holder === undefined || holder === worker) continue;
      return {
        expected: `w${worker} works only while ${key} is its own`,
        observed: `w${worker} worked when ${key} was w${holder}'s`,
      };
    }
    return undefined;
  });
}

/** The worker that was the last to take the lock before this moment. */
function holderAt(
  history: History,
  grants: readonly Operation[],
  key: string,
  moment: number,
): number | undefined {
  return grants
    .map((grant) => ({ worker: grant.worker, at: lastCommand(history, grant, key) }))
    .filter(({ at }) => at < moment)
    .toSorted((a, b) => b.at - a.at)[0]?.worker;
}

/** Position of the last command on `key` that the server ran for an operation. */
function lastCommand(history: History, { worker, start, end }: Operation, key: string): number {
  const ran = history.commands.filter(
    (command) =>
      command.applied &&
      command.worker === worker &&
      command.at > start &&
      command.at < end &&
      command.command.includes(key),
  );
  return ran.at(-1)?.at ?? -1;
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
    const owner = history.commands.find(({ applied, command }) => applied && command.includes(token))?.worker;
    const answers = history.named('acquire').filter(({ worker }) => worker === owner);
    if (answers.length === 0 || answers.some(({ value }) => value !== false)) return undefined;
    return {
      expected: `who owns ${key} knows it`,
      observed: `${key} holds the token of w${owner}, which was told that the lock is taken`,
    };
  });
}
