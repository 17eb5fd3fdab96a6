/** Patterns of locks: a key whose existence says that somebody holds it. */
import { overlapIn, type Overlap } from '../../check/locks/overlap.js';
import { creates, isConditionalSet, removes, type KeyAccess } from './accesses.js';
import { briefStep, workerName } from '../text/command-text.js';
import type { Diagnosis, Evidence } from './pattern.js';
import type { RecordStep } from '../../record/format.js';
import { isReplyOf } from '../text/recorded-step.js';
import { repetition } from './fault-patterns.js';
import { faultWords, lostReply } from '../text/fault-text.js';
import { harmless } from '../../base/text.js';

/** Does this look like taking a lock? A conditional SET, or a script that brings the key into being. */
function acquires(access: KeyAccess): boolean {
  const [name] = access.step.command!;
  return creates(access) && (isConditionalSet(access.step.command!) || name === 'EVAL' || name === 'EVALSHA');
}

/** The first removal of the key after a step, and before another. */
function removalBetween(
  accesses: readonly KeyAccess[],
  key: string,
  after: number,
  before: number,
): KeyAccess | undefined {
  return accesses.find(
    (access) => access.n > after && access.n < before && access.key === key && removes(access),
  );
}

/** Two holders: a second worker took the lock although the first had not given it back. @internal */
export function twoHolders({ record, accesses }: Evidence): Diagnosis | undefined {
  const { entered, inside }: Partial<Overlap> = overlapIn(record.verdict.observed) ?? {};
  for (const second of accesses.toReversed()) {
    if (!acquires(second) || (entered !== undefined && second.worker !== entered)) continue;
    const first = accesses.findLast(
      (access) => access.n < second.n && access.key === second.key && acquires(access),
    );
    if (first === undefined || first.worker === second.worker) continue;
    if (inside !== undefined && first.worker !== inside) continue;
    if (removalBetween(accesses, second.key, first.n, second.n) !== undefined) continue;
    // Without a belief on record, only a first holder that goes on shows that it still counts on the lock.
    if (
      inside === undefined &&
      !record.steps.some(({ n, worker }) => n > second.n && worker === first.worker)
    )
      continue;
    const [one, two] = [workerName(first.worker), workerName(second.worker)];
    return {
      pattern: 'two holders',
      sentence:
        `Two holders of ${harmless(second.key)}: ${one} took it at step ${first.n}, ${lossText(record.steps, first, second)}, ` +
        `${two} took it at step ${second.n}, and ${one} went on as if it still held it.`,
    };
  }
  return undefined;
}

/** How a holder lost its lock before another one took it, as far as the steps show it. */
function lossText(steps: readonly RecordStep[], own: KeyAccess, next: KeyAccess): string {
  const given = lastLease(steps, own, next);
  const until = given === undefined ? Infinity : given.atMs + (given.leaseMs ?? 0);
  // Keys with no lease do not go by themselves.
  if (given === undefined || next.step.atMs <= given.atMs || next.step.atMs < until)
    return 'the key was gone';
  const lease =
    given.leaseMs === undefined ? 'its lease ran out' : `its lease of ${given.leaseMs} ms ran out`;
  // It did nothing in all that time, and something later: it waited for something of its own, or nobody let it go on.
  const between = steps.some(
    ({ n, worker, atMs }) => worker === own.worker && n > own.n && n < next.n && atMs >= until,
  );
  const later = steps.find(({ n, worker }) => worker === own.worker && n > next.n);
  if (between || later === undefined) return lease;
  const asked = steps.find(({ id }) => isReplyOf(later, id));
  if (asked !== undefined) return `${lease} while it waited for the reply of step ${asked.n}`;
  return `${lease} while it was ${later.kind === 'timer' ? 'still at work' : 'paused'}`;
}

/** Commands that give a lease, and ms of its unit; no unit where it is a date. */
const LEASES: Readonly<Record<string, number | undefined>> = {
  EXPIRE: 1000,
  PEXPIRE: 1,
  EXPIREAT: undefined,
  PEXPIREAT: undefined,
};
/** The same as options of the command that takes the lock. */
const LEASE_OPTIONS: Readonly<Record<string, number | undefined>> = {
  EX: 1000,
  PX: 1,
  EXAT: undefined,
  PXAT: undefined,
};

/** A lease that a key was given; undefined where nobody can tell how long it is. */
interface Lease {
  readonly atMs: number;
  readonly leaseMs: number | undefined;
}

/** The lease that a key was given last, from when it was taken until somebody else took it; undefined where it had none. */
function lastLease(steps: readonly RecordStep[], own: KeyAccess, next: KeyAccess): Lease | undefined {
  const leases = steps.flatMap(({ n, command, reply, atMs }): Lease[] => {
    if (n < own.step.n || n >= next.step.n || command === undefined || reply === undefined) return [];
    const [name, key, amount] = command;
    if (n === own.step.n) return leaseOf(command, atMs);
    if (key !== own.key || reply === 0 || !Object.hasOwn(LEASES, name!)) return [];
    return [{ atMs, leaseMs: inMs(amount, LEASES[name!]) }];
  });
  return leases.at(-1);
}

/** The lease that a command gives to the key that it takes; a script may give one that nobody sees. */
function leaseOf(command: readonly string[], atMs: number): Lease[] {
  if (command[0]!.startsWith('EVAL')) return [{ atMs, leaseMs: undefined }];
  const options = command.map((word, place) => (place > 2 ? word.toUpperCase() : ''));
  const at = options.findIndex((word) => Object.hasOwn(LEASE_OPTIONS, word));
  if (at < 0) return [];
  return [{ atMs, leaseMs: inMs(command[at + 1], LEASE_OPTIONS[options[at]!]) }];
}

function inMs(amount: string | undefined, unitMs: number | undefined): number | undefined {
  const ms = Number(amount) * (unitMs ?? Number.NaN);
  return Number.isFinite(ms) ? ms : undefined;
}

/** Foreign release: a worker whose lock had run out deleted the key, which was another worker's by then. @internal */
export function foreignRelease({ record, accesses }: Evidence): Diagnosis | undefined {
  const { entered, inside }: Partial<Overlap> = overlapIn(record.verdict.observed) ?? {};
  for (const release of accesses) {
    if (!removes(release)) continue;
    const owner = accesses.findLast(
      (access) => access.n < release.n && access.key === release.key && acquires(access),
    );
    if (owner === undefined || owner.worker === release.worker) continue;
    const own = accesses.findLast(
      (access) =>
        access.n < owner.n &&
        access.key === release.key &&
        access.worker === release.worker &&
        acquires(access),
    );
    // A worker that never had the lock breaks it on purpose, or does something that this pattern is not about.
    if (own === undefined) continue;
    // Where two were inside, this explains it only when the release is what let the second one in.
    const letIn = accesses.some(
      ({ n, worker, key }) => n > release.n && worker === entered && key === release.key,
    );
    if (inside !== undefined && (owner.worker !== inside || !letIn)) continue;
    const [thief, victim, key] = [
      workerName(release.worker),
      workerName(owner.worker),
      harmless(release.key),
    ];
    return {
      pattern: 'foreign release',
      sentence:
        `Released another's lock: ${thief} took ${key} at step ${own.n}, ${lossText(record.steps, own, owner)}; ${victim} took it at ` +
        `step ${owner.n}; then ${thief} deleted ${victim}'s lock (step ${release.n}).`,
    };
  }
  return undefined;
}

/** Went on without the lock: a worker was inside although its own attempt to take the lock had failed. @internal */
export function withoutLock({ record, accesses }: Evidence): Diagnosis | undefined {
  const overlap = overlapIn(record.verdict.observed);
  if (overlap === undefined) return undefined;
  const { entered, inside } = overlap;
  return withoutLockOf(record, accesses, inside, entered) ?? withoutLockOf(record, accesses, entered, inside);
}

/** @param holder - the worker that had the lock @param other - the one that may have gone on without it */
function withoutLockOf(
  { steps }: Evidence['record'],
  accesses: readonly KeyAccess[],
  holder: number,
  other: number,
): Diagnosis | undefined {
  const held = accesses.find((access) => access.worker === holder && acquires(access));
  if (held === undefined) return undefined;
  if (accesses.some((access) => access.worker === other && access.key === held.key && acquires(access)))
    return undefined;
  const attempt = steps.findLast(
    ({ worker, command }) => worker === other && command?.[1] === held.key && isConditionalSet(command),
  );
  if (attempt === undefined) return undefined;
  const why = attempt.fault === undefined ? 'was refused' : `failed (${faultWords(attempt.fault)})`;
  const [one, two, key] = [workerName(holder), workerName(other), harmless(held.key)];
  const story =
    attempt.n > held.n
      ? `${one} held ${key} since step ${held.n}, the attempt of ${two} to take it ${why} at step ${attempt.n}, and ` +
        `${two} went on as if it had succeeded`
      : `the attempt of ${two} to take ${key} ${why} at step ${attempt.n}, ${two} went on as if it had succeeded, and ` +
        `${one} took the lock at step ${held.n}`;
  return { pattern: 'went on without', sentence: `Went on without the lock: ${story}.` };
}

/**
 * Ghost lock: the lock was taken, but the reply that says so got lost, and the key is still there at the end.
 *
 * @internal
 */
export function ghostLock({ record, accesses }: Evidence): Diagnosis | undefined {
  const ghost = accesses.find(
    (access) => acquires(access) && lostReply(access.step) && staysBehind(accesses, access),
  );
  if (ghost === undefined) return undefined;
  const who = workerName(ghost.worker);
  const key = harmless(ghost.key);
  const again = repetition(record.steps, ghost.step);
  const refused = again !== undefined && (again.step.reply === null || again.step.reply === 0);
  const sender = again?.by === 'client' ? 'its client' : who;
  const then = refused
    ? `${sender} sent it again and was refused by ${who}'s own lock (step ${again.step.n})`
    : `${who} does not know that it holds ${key}, so it never gives it back`;
  return {
    pattern: 'ghost lock',
    sentence: `Ghost lock: ${who} took ${key} at step ${ghost.n} (${briefStep(ghost.step)}), but the reply was lost; ${then}.`,
  };
}

/** Abandoned lock: its holder crashed, and the key is still there at the end. @internal */
export function abandonedLock({ record, accesses }: Evidence): Diagnosis | undefined {
  for (const crash of record.steps) {
    if (crash.fault !== 'worker-crash') continue;
    const held = accesses.findLast(
      (access) =>
        access.n < crash.n &&
        access.worker === crash.worker &&
        acquires(access) &&
        staysBehind(accesses, access),
    );
    if (held === undefined) continue;
    const who = workerName(crash.worker);
    return {
      pattern: 'abandoned lock',
      sentence:
        `Abandoned lock: ${who} took ${harmless(held.key)} at step ${held.n} and crashed at step ${crash.n}; the key stays, ` +
        `and nobody else may remove it.`,
    };
  }
  return undefined;
}

/** Is what this access created still there as far as the record shows? */
function staysBehind(accesses: readonly KeyAccess[], created: KeyAccess): boolean {
  const last = accesses.findLast(({ key, after }) => key === created.key && after !== undefined);
  return (
    last?.after === created.after && removalBetween(accesses, created.key, created.n, Infinity) === undefined
  );
}
