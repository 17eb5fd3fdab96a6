import type { Invariant } from '../../../check/invariant.js';
import type { AimedFault } from '../../../faults/spec.js';
import type { SuiteLock } from '../../adapters/suite-adapter.js';
import type { LockUser } from '../../cast/lock-user.js';
import { canBeHad, oneHolder, releaseTells } from '../../checks/lock-checks.js';

/** What every lock promises, whatever goes wrong. @internal */
export function lockPromises(lock: SuiteLock): Invariant[] {
  return [oneHolder(lock), canBeHad(lock), releaseTells(lock)];
}

/** Longer than a lease: who waits so long finds the lock free, if nobody makes that lease longer. @internal */
export function longerThanLease({ ttlMs }: SuiteLock): number {
  return ttlMs + Math.ceil(ttlMs / 10);
}

/** A part of a lease, in whole ms. @internal */
export function partOfLease({ ttlMs }: SuiteLock, part: number): number {
  return Math.max(1, Math.floor(ttlMs * part));
}

/** Has the lock, gives it back, and asks once more. @internal */
export async function asksOnceMore({ ask, giveBack }: LockUser): Promise<void> {
  if (!(await ask())) return;
  await giveBack();
  await ask();
}

/**
 * Comes later, and is still at work when who had the lock before goes on.
 *
 * @param afterMs - default: once the lease of that one is over
 * @internal
 */
export function successor(
  lock: SuiteLock,
  afterMs = longerThanLease(lock),
): (user: LockUser) => Promise<void> {
  return async ({ ask, giveBack, sleep }) => {
    await sleep(afterMs);
    if (!(await ask())) return;
    await sleep(partOfLease(lock, 0.6));
    await giveBack();
  };
}

/** Asks once, just when the successor does: of the two one gets it. @internal */
export function rival(lock: SuiteLock): (user: LockUser) => Promise<void> {
  return async ({ ask, sleep }) => {
    await sleep(longerThanLease(lock));
    await ask();
  };
}

/** Asks until it has had the lock, each time once a lease is over. @internal */
export function patient(lock: SuiteLock): (user: LockUser) => Promise<void> {
  return async ({ ask, giveBack, sleep }) => {
    for (let nth = 0; nth < 3; nth++) {
      if (await ask()) return giveBack();
      await sleep(longerThanLease(lock));
    }
  };
}

/** The first worker stands still for longer than a lease. @internal */
export function pausePastLease({ ttlMs }: SuiteLock): AimedFault {
  return { kind: 'worker-pause', durationMs: Math.ceil(ttlMs * 1.4), at: { worker: 1 } };
}

/** Why hazards about waiting do not apply. @internal */
export function unlessItWaits({ waits }: SuiteLock): string | undefined {
  return waits ? undefined : 'it does not wait for a lock that is taken';
}

/** Why hazards about longer leases do not apply. @internal */
export function unlessItExtends({ extend }: SuiteLock): string | undefined {
  return extend === undefined ? 'its lease cannot be made longer' : undefined;
}
