/** Patterns of values: what a worker read was no longer true when it acted on it. */
import {
  changes,
  connectionOf,
  isConditionalSet,
  overwrites,
  tellsValue,
  toldOf,
  type KeyAccess,
} from './accesses.js';
import { replyText, briefStep, valueText, workerName } from '../text/command-text.js';
import type { Diagnosis, Evidence } from './pattern.js';
import { harmless } from '../../base/text.js';

/** A read, a change by somebody else, and the reader's own write on top: three accesses of one key. */
interface Overtaken {
  readonly read: KeyAccess;
  readonly other: KeyAccess;
  readonly act: KeyAccess;
}

/**
 * A WATCH that somebody else ended: the workers share a connection, and EXEC, DISCARD and UNWATCH forget everything
 * that was watched there, no matter who watched it.
 *
 * @internal
 */
export function clearedWatch({ record, accesses }: Evidence): Diagnosis | undefined {
  const { steps } = record;
  for (const exec of steps) {
    if (exec.command?.[0] !== 'EXEC' || !Array.isArray(exec.reply)) continue;
    const on = connectionOf(exec);
    const watch = steps.findLast(
      (step) => step.n < exec.n && step.worker === exec.worker && step.command?.[0] === 'WATCH',
    );
    if (watch === undefined || connectionOf(watch) !== on) continue;
    const end = steps.find(
      (step) =>
        step.n > watch.n &&
        step.n < exec.n &&
        step.worker !== exec.worker &&
        connectionOf(step) === on &&
        ['EXEC', 'DISCARD', 'UNWATCH'].includes(step.command?.[0] ?? ''),
    );
    const change = accesses.find(
      (access) =>
        access.n > watch.n &&
        access.n < exec.n &&
        access.worker !== exec.worker &&
        watch.command!.includes(access.key, 1) &&
        changes(access),
    );
    if (end === undefined || change === undefined) continue;
    const [who, other] = [workerName(exec.worker), workerName(end.worker)];
    return {
      pattern: 'cleared watch',
      sentence:
        `WATCH cleared on a shared connection: ${who} watched ${harmless(change.key)} at step ${watch.n}, the ` +
        `${end.command![0]} of ${other} on the same connection ended that watch (step ${end.n}), and the EXEC of ${who} ` +
        `went through at step ${exec.n} although ${workerName(change.worker)} had changed the key.`,
    };
  }
  return undefined;
}

/** Lost update: somebody else's write lies between a worker's read and its blind write. @internal */
export function lostUpdate(evidence: Evidence): Diagnosis | undefined {
  const found = overtaken(evidence, overwrites);
  if (found === undefined) return undefined;
  const { read, other, act } = found;
  const key = harmless(act.key);
  return {
    pattern: 'lost update',
    sentence:
      `Lost update on ${key}: ${workerName(read.worker)} ${seen(read)} at step ${read.n}, ${workerName(other.worker)} ` +
      `${changed(other)} at step ${other.n}, and at step ${act.n} ${workerName(act.worker)} wrote ${written(act)} over it ` +
      `without having seen it.`,
  };
}

/** Check-then-act: two workers both saw that a key is not there, and then both created it. @internal */
export function missingSeenTwice(evidence: Evidence): Diagnosis | undefined {
  const found = overtaken(evidence, overwrites);
  if (found === undefined || !sawNothing(found.read)) return undefined;
  const { read, other, act } = found;
  const twin = readBefore(evidence.accesses, other);
  if (twin === undefined || !sawNothing(twin)) return undefined;
  const [one, two] = [workerName(read.worker), workerName(other.worker)];
  return {
    pattern: 'check-then-act',
    sentence:
      `Check-then-act on ${harmless(act.key)}: ${one} (step ${read.n}) and ${two} (step ${twin.n}) both saw that it was not ` +
      `there, and then both set it (steps ${other.n} and ${act.n}).`,
  };
}

/** Check-then-act: what a worker had checked changed before its own, atomic, change of the same key. @internal */
export function crossedAccess(evidence: Evidence): Diagnosis | undefined {
  const found = overtaken(evidence, (access) => changes(access) && !overwrites(access));
  if (found === undefined) return undefined;
  const { read, other, act } = found;
  return {
    pattern: 'check-then-act',
    sentence:
      `Check-then-act on ${harmless(act.key)}: ${workerName(read.worker)} ${seen(read)} at step ${read.n}, ` +
      `${workerName(other.worker)} ${changed(other)} at step ${other.n}, and ${workerName(act.worker)} still acted on what it ` +
      `had seen: ${briefStep(act.step)} (step ${act.n}).`,
  };
}

/**
 * Stale write: a value is copied to another key after its source has changed, as when a cache is filled too late.
 *
 * @internal
 */
export function staleWrite({ accesses }: Evidence): Diagnosis | undefined {
  for (const copy of accesses.toReversed()) {
    if (!overwrites(copy)) continue;
    const read = accesses.findLast(
      (access) =>
        access.n < copy.n &&
        access.worker === copy.worker &&
        access.key !== copy.key &&
        access.kind === 'read' &&
        typeof toldOf(access) === 'string' &&
        tellsValue(access) &&
        copy.step.command!.includes(toldOf(access) as string),
    );
    if (read === undefined) continue;
    const other = changedBetween(accesses, read, copy);
    if (other === undefined || other.after === toldOf(read)) continue;
    // A key that is filled where there is none is a cache, and who made it empty meant it to be filled anew.
    const fill = copy.before === null;
    return {
      pattern: fill ? 'stale fill' : 'stale write',
      sentence:
        `${fill ? 'Stale fill' : 'Stale write'}: ${workerName(copy.worker)} ${seen(read)} in ${harmless(read.key)} at step ${read.n}, ` +
        `${workerName(other.worker)} ${changed(other)} there at step ${other.n}, and at step ${copy.n} ` +
        `${workerName(copy.worker)} stored the old value in ${harmless(copy.key)}.`,
    };
  }
  return undefined;
}

/** The last act of the wanted kind whose worker had read the key before somebody else changed it. */
function overtaken({ accesses }: Evidence, acts: (access: KeyAccess) => boolean): Overtaken | undefined {
  for (const act of accesses.toReversed()) {
    if (!acts(act)) continue;
    const read = readBefore(accesses, act);
    const other = read && changedBetween(accesses, read, act);
    if (read !== undefined && other !== undefined) return { read, other, act };
  }
  return undefined;
}

/** The worker's last look at the key before it acts, unless it changed the key itself in between. */
function readBefore(accesses: readonly KeyAccess[], act: KeyAccess): KeyAccess | undefined {
  const own = accesses.filter(
    ({ n, worker, key, step }) =>
      n < act.n && worker === act.worker && key === act.key && step.command![0] !== 'WATCH',
  );
  const last = own.at(-1);
  if (last?.kind !== 'read') return undefined;
  // How long a key still lives says nothing of its value: that was read before, if nobody has changed it since.
  const told = own.slice(own.findLastIndex(({ kind }) => kind !== 'read') + 1).findLast(tellsValue);
  return told !== undefined && changedBetween(accesses, told, last) === undefined ? told : last;
}

function changedBetween(
  accesses: readonly KeyAccess[],
  read: KeyAccess,
  act: KeyAccess,
): KeyAccess | undefined {
  return accesses.findLast(
    (access) =>
      access.n > read.n &&
      access.n < act.n &&
      access.key === read.key &&
      access.worker !== act.worker &&
      changes(access),
  );
}

/** Did it learn that the key is not there? A write that is refused since there is one learns the opposite. */
function sawNothing(access: KeyAccess): boolean {
  const { command, reply } = access.step;
  if (command![0] === 'EXISTS') return reply === 0 && command!.length === 2;
  return tellsValue(access) && toldOf(access) === null;
}

function seen(read: KeyAccess): string {
  if (sawNothing(read)) return 'found nothing';
  const { command } = read.step;
  const told = toldOf(read);
  if (tellsValue(read))
    return `read ${typeof told === 'string' ? valueText(short(told)) : short(replyText(told))}`;
  if (isConditionalSet(command!)) return `was refused by ${command![0]}, since it was there,`;
  return `was told ${short(replyText(told))} by ${harmless(command![0]!)}`;
}

function changed(access: KeyAccess): string {
  if (access.after === null) return 'removed it';
  const value = written(access);
  return access.kind === 'write' ? `wrote ${value}` : `changed it to ${value}`;
}

function written({ after, step }: KeyAccess): string {
  const value = after ?? step.command!.at(-1) ?? '';
  return valueText(short(value));
}

/** Long values would bury the sentence. */
function short(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
