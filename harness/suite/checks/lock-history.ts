/** What operations on a lock say about who may have it, and who certainly has. */
import type { Operation } from '../../check/happened.js';
import type { History } from '../../check/history.js';
import { crashOf, latestMs } from './moments.js';

/** Names of the operations of whoever uses a lock. @internal */
export const LOCK_OPERATIONS = { acquire: 'acquire', extend: 'extend', release: 'release' } as const;

/** What the suite records as the value of an operation that was refused by an error begins so. @internal */
export const REFUSED_BY_ERROR = 'refused by an error: ';

/** The error that an operation was refused by; undefined where it was not. @internal */
export function refusal({ value }: Pick<Operation, 'value'>): string | undefined {
  return typeof value === 'string' && value.startsWith(REFUSED_BY_ERROR) ? value : undefined;
}

/** How long leases last, and whether they grow by themselves. @internal */
export interface Leases {
  readonly ttlMs: number;
  /** A holder makes its lease longer by itself until it gives the lock back, or crashes. */
  readonly renews: boolean;
}

/** What whoever asked was told. @internal */
export type Told = 'granted' | 'refused' | 'nothing';

/** @param errorsTell - an error that is not one of the connection says that the lock is taken @internal */
export function told(operation: Operation, errorsTell = true): Told {
  const { outcome, value } = operation;
  if (outcome !== 'ok') return 'nothing';
  if (refusal(operation) !== undefined) return errorsTell ? 'refused' : 'nothing';
  return value === false ? 'refused' : 'granted';
}

/** Operations that may give a worker a lease, in order of their start. @internal */
export function leasesIn(history: History): Operation[] {
  const { acquire, extend } = LOCK_OPERATIONS;
  return [...history.named(acquire), ...history.named(extend)].sort((a, b) => a.start - b.start);
}

/** Whether its worker began to give the lock back before this position, and had not done so when it asked. @internal */
export function beganToRelease(history: History, lease: Operation, before: number): boolean {
  return history
    .operationsOf(lease.worker, LOCK_OPERATIONS.release)
    .some(({ start, end }) => end > lease.start && start < before);
}

/**
 * Whether its worker certainly has the lock at this moment: it was told so, has not begun to give it back, and a lease that was
 * counted from when it was asked for is not over.
 *
 * @internal
 */
export function certainlyHeld(
  history: History,
  lease: Operation,
  moment: { readonly position: number; readonly ms: number },
  { ttlMs }: Leases,
): boolean {
  return (
    told(lease) === 'granted' &&
    lease.end < moment.position &&
    moment.ms < lease.startMs + ttlMs &&
    !beganToRelease(history, lease, moment.position)
  );
}

/** How `canBeHad` reads what it sees. @internal */
export interface HadOptions {
  /** An error that is not one of the connection says that the lock is taken. Default: true. */
  readonly errorsTell?: boolean;
  /** A command whose caller has given up may reach the server later. Default: false. */
  readonly landsLater?: boolean;
}

/**
 * Whether what this operation asked for may still be there when another one asks, or may come to be there until that one has its
 * answer. Who was told that the lock is taken has none.
 *
 * @internal
 */
export function mayStandInTheWay(
  history: History,
  lease: Operation,
  asked: Operation,
  leases: Leases,
  options: HadOptions,
): boolean {
  if (lease === asked || lease.start > asked.end) return false;
  const isOwn = lease.worker === asked.worker;
  const over = Math.min(lease.end, crashOf(history, lease.worker));
  if (over > asked.start) return !isOwn;
  const answer = told(lease, options.errorsTell);
  if (answer === 'refused') return false;
  const released = history
    .operationsOf(lease.worker, LOCK_OPERATIONS.release)
    .some(({ outcome, end }) => outcome === 'ok' && end > lease.start && end < asked.start);
  if (released) return false;
  const isOpen = answer === 'nothing' && options.landsLater === true;
  if (isOpen && isOwn) return true;
  return lastsUntilMs(history, lease, leases, isOpen) >= asked.startMs;
}

/** When the lease is over at the latest. @param isOpen - its commands may have reached the server after its end */
function lastsUntilMs(
  history: History,
  lease: Operation,
  { ttlMs, renews }: Leases,
  isOpen: boolean,
): number {
  const crash = crashOf(history, lease.worker);
  if (renews || crash < lease.end) return latestMs(history, crash) + ttlMs;
  const landedMs = isOpen
    ? history.commandsOf(lease.worker).flatMap(({ applied, atMs }) => (applied ? atMs : []))
    : [];
  return Math.max(lease.endMs, ...landedMs) + ttlMs;
}
