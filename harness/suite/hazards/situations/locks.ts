import type { Invariant } from '../../../check/invariant.js';
import type { SuiteLock } from '../../adapters/suite-adapter.js';
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

/** Why hazards about waiting do not apply. @internal */
export function unlessItWaits({ waits }: SuiteLock): string | undefined {
  return waits ? undefined : 'it does not wait for a lock that is taken';
}

/** Why hazards about longer leases do not apply. @internal */
export function unlessItExtends({ extend }: SuiteLock): string | undefined {
  return extend === undefined ? 'its lease cannot be made longer' : undefined;
}
