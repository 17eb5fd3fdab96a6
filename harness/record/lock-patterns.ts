/** Patterns of locks: a key whose existence says that somebody holds it. */
import { creates, isConditionalSet, removes, type Access } from './accesses.js';
import { briefStep, workerName } from './command-text.js';
import type { Diagnosis, Evidence } from './diagnosis.js';
import type { RecordStep } from './format.js';
import { faultWords, lostReply, repetition } from './fault-patterns.js';
import { harmless } from './text.js';

/** Does this look like taking a lock? A conditional SET, or a script that brings the key into being. */
function acquires(access: Access): boolean {
  const [name] = access.step.command!;
  return creates(access) && (isConditionalSet(access.step.command!) || name === 'EVAL' || name === 'EVALSHA');
}

/** The first removal of the key after a step, and before another. */
function removalBetween(
  accesses: readonly Access[],
  key: string,
  after: number,
  before: number,
): Access | undefined {
  return accesses.find(
    (access) => access.n > after && access.n < before && access.key === key && removes(access),
  );
}

/** Two holders: a second worker took the lock although the first had not given it back. */
export function twoHolders({ record, accesses }: Evidence): Diagnosis | undefined {
  const { entered, inside } = overlapOf(record.verdict.observed);
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
function lossText(steps: readonly RecordStep[], own: Access, next: Access): string {
  const leaseMs = leaseOf(own.step.command!);
  const passedMs = next.step.atMs - own.step.atMs;
  if (passedMs <= 0 || (leaseMs !== undefined && passedMs < leaseMs)) return 'the key was gone';
  const lease = leaseMs === undefined ? 'its lease ran out' : `its lease of ${leaseMs} ms ran out`;
  const until = own.step.atMs + (leaseMs ?? 0);
  // It did nothing in all that time, and something later: it waited for something of its own, or nobody let it go on.
  const between = steps.some(
    ({ n, worker, atMs }) => worker === own.worker && n > own.n && n < next.n && atMs >= until,
  );
  const later = steps.find(({ n, worker }) => worker === own.worker && n > next.n);
  if (between || later === undefined) return lease;
  const asked = steps.find(({ id }) => later.kind === 'event' && later.id === `${id}.reply`);
  if (asked !== undefined) return `${lease} while it waited for the reply of step ${asked.n}`;
  return `${lease} while it was ${later.kind === 'timer' ? 'still at work' : 'paused'}`;
}

/** The lease that a command gives a key, in ms. */
function leaseOf(command: readonly string[]): number | undefined {
  for (const [at, word] of command.entries()) {
    const unit = { PX: 1, EX: 1000 }[word.toUpperCase()];
    const amount = Number(command[at + 1]);
    if (at > 2 && unit !== undefined && Number.isFinite(amount)) return amount * unit;
  }
  return undefined;
}

/** The workers that `mutualExclusion()` names. */
function overlapOf(observed: string): { entered: number | undefined; inside: number | undefined } {
  const found = /^w(\d+) entered while w(\d+) was inside/.exec(observed);
  return {
    entered: found === null ? undefined : Number(found[1]),
    inside: found === null ? undefined : Number(found[2]),
  };
}

/** Foreign release: a worker whose lock had run out deleted the key, which was another worker's by then. */
export function foreignRelease({ record, accesses }: Evidence): Diagnosis | undefined {
  const { entered, inside } = overlapOf(record.verdict.observed);
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

/** Went on without the lock: a worker was inside although its own attempt to take the lock had failed. */
export function withoutLock({ record, accesses }: Evidence): Diagnosis | undefined {
  const { entered, inside } = overlapOf(record.verdict.observed);
  if (entered === undefined || inside === undefined) return undefined;
  return withoutLockOf(record, accesses, inside, entered) ?? withoutLockOf(record, accesses, entered, inside);
}

/** @param holder - the worker that had the lock @param other - the one that may have gone on without it */
function withoutLockOf(
  { steps }: Evidence['record'],
  accesses: readonly Access[],
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

/** Ghost lock: the lock was taken, but the reply that says so got lost, and the key is still there at the end. */
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

/** Abandoned lock: its holder crashed, and the key is still there at the end. */
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
function staysBehind(accesses: readonly Access[], created: Access): boolean {
  const last = accesses.findLast(({ key, after }) => key === created.key && after !== undefined);
  return (
    last?.after === created.after && removalBetween(accesses, created.key, created.n, Infinity) === undefined
  );
}
