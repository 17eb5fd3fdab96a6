import { isErrorReply, workerName } from '../text/command-text.js';
import type { RaceRecord, RecordStep } from '../../record/format.js';

/**
 * How a command meets a key: `read` only looks; `write` puts a value there whatever there was; `update` looks and
 * changes in one go, so nothing can come between.
 *
 * @internal
 */
export type AccessKind = 'read' | 'write' | 'update';

/** One key, as one step of the server met it. @internal */
export interface KeyAccess {
  /** The step at which it took effect: for a queued command that of its EXEC. */
  readonly n: number;
  readonly step: RecordStep;
  readonly worker: number;
  readonly key: string;
  readonly kind: AccessKind;
  /** Value around the step; undefined where the record does not have it. */
  readonly before: string | null | undefined;
  readonly after: string | null | undefined;
}

const READS = new Set(
  (
    'GET MGET GETRANGE STRLEN EXISTS TTL PTTL EXPIRETIME PEXPIRETIME TYPE HGET HMGET HGETALL HEXISTS HLEN HKEYS HVALS ' +
    'LRANGE LLEN LINDEX SMEMBERS SISMEMBER SMISMEMBER SCARD ZSCORE ZRANGE ZRANGEBYSCORE ZCARD ZCOUNT ZRANK XLEN XRANGE ' +
    'GETBIT BITCOUNT DUMP WATCH'
  ).split(' '),
);
const WRITES = new Set(
  'SET SETEX PSETEX MSET GETSET SETRANGE HSET HMSET LSET DEL UNLINK RENAME RESTORE'.split(' '),
);

/**
 * Every access that took effect on the server, in order: what was never sent, refused or dropped with its
 * transaction is left out.
 *
 * @internal
 */
export function accessesOf({ steps }: Pick<RaceRecord, 'steps'>): KeyAccess[] {
  // On a shared connection a command may end up in the transaction that another worker opened.
  const queued = new Map<string, RecordStep[]>();
  const accesses: KeyAccess[] = [];
  for (const step of steps) {
    const name = step.command?.[0];
    if (name === undefined || step.reply === undefined || isErrorReply(step.reply)) continue;
    const on = connectionOf(step);
    if (step.reply === 'QUEUED') {
      queued.get(on)?.push(step);
    } else if (name === 'MULTI') {
      queued.set(on, []);
    } else if (name === 'EXEC') {
      const replies = Array.isArray(step.reply) ? (step.reply as unknown[]) : [];
      for (const [at, queuedStep] of (queued.get(on) ?? []).entries()) {
        if (at < replies.length && !isErrorReply(replies[at]))
          accesses.push(...accessesOfStep({ ...queuedStep, reply: replies[at] }, step.n, step.values));
      }
      queued.delete(on);
    } else if (name === 'FLUSHALL' || name === 'FLUSHDB') {
      accesses.push(...flushed(accesses, step));
    } else {
      accesses.push(...accessesOfStep(step, step.n));
    }
  }
  return accesses;
}

/** What it removes, it does not name: that is every key that is known to be there. */
function flushed(accesses: readonly KeyAccess[], step: RecordStep): KeyAccess[] {
  const last = new Map(accesses.map((access) => [access.key, access]));
  return [...last.values()].flatMap(({ key, after }) =>
    typeof after === 'string'
      ? [{ n: step.n, step, worker: step.worker, key, kind: 'write' as const, before: after, after: null }]
      : [],
  );
}

/** The connection that a command went on. @internal */
export function connectionOf({ connection, worker }: RecordStep): string {
  return connection ?? workerName(worker);
}

/** @param around - values of keys around the step at which it took effect */
function accessesOfStep(step: RecordStep, n: number, around = step.values): KeyAccess[] {
  const command = step.command!;
  const own = around?.filter(({ key }) => n === step.n || command.includes(key));
  // Without values the first argument is the key of nearly every command.
  const values: readonly { key: string; before?: string | null; after?: string | null }[] =
    own !== undefined && (n === step.n || own.length > 0) ? own : command.slice(1, 2).map((key) => ({ key }));
  return values.map(({ key, before, after }) => {
    const changed = before === undefined || before !== after;
    const known = before !== undefined && after !== undefined;
    const kind = kindOf(command, step.reply, changed, known);
    return { n, step, worker: step.worker, key, kind, before, after };
  });
}

function kindOf(command: readonly string[], reply: unknown, changed: boolean, known: boolean): AccessKind {
  const name = command[0]!;
  if (READS.has(name)) return 'read';
  // Nothing was there to remove.
  if ((name === 'DEL' || name === 'UNLINK') && reply === 0) return 'read';
  if (isConditionalSet(command)) {
    // Asked for the value that was there, it says nil where there was none: and then it has written.
    if (hasOption(command, 'GET'))
      return known ? (changed ? 'update' : 'read') : reply === null ? 'update' : 'read';
    return reply === null || reply === 0 ? 'read' : 'update';
  }
  // Another condition (XX, IFEQ) was not met.
  if (name === 'SET' && reply === null && !hasOption(command, 'GET')) return 'read';
  if (name === 'SET' && hasOption(command, 'XX') && known && !changed) return 'read';
  if (WRITES.has(name)) return 'write';
  return changed ? 'update' : 'read';
}

function hasOption(command: readonly string[], option: string): boolean {
  return command.slice(3).some((word) => word.toUpperCase() === option);
}

/** Commands whose reply is what a key holds, or a part of it. */
const TELL_VALUE = new Set(
  (
    'GET MGET GETEX GETDEL GETSET GETRANGE SUBSTR HGET HMGET HGETALL HKEYS HVALS LRANGE LINDEX SMEMBERS ' +
    'ZRANGE ZRANGEBYSCORE ZSCORE XRANGE'
  ).split(' '),
);

/** Does its reply tell the value of the key, or that there is none? @internal */
export function tellsValue({ step: { command } }: KeyAccess): boolean {
  return TELL_VALUE.has(command![0]!) || (command![0] === 'SET' && hasOption(command!, 'GET'));
}

/** What it was told of its key: of several that MGET asks for, that one. @internal */
export function toldOf({ step: { command, reply }, key }: KeyAccess): unknown {
  if (command![0] !== 'MGET' || !Array.isArray(reply)) return reply;
  return (reply as unknown[])[command!.indexOf(key, 1) - 1];
}

/** Does this command only look? @internal */
export function isRead(name: string): boolean {
  return READS.has(name);
}

/** A write that the server does only when the key is not there: how locks are taken. @internal */
export function isConditionalSet([name, ...args]: readonly string[]): boolean {
  if (name === 'SETNX' || name === 'HSETNX' || name === 'MSETNX') return true;
  return name === 'SET' && args.slice(2).some((arg) => arg.toUpperCase() === 'NX');
}

/** Did this access bring the key into being? @internal */
export function creates({ kind, before, after }: KeyAccess): boolean {
  return kind !== 'read' && before === null && typeof after === 'string';
}

/** Did this access make the key go away? @internal */
export function removes({ kind, before, after }: KeyAccess): boolean {
  return kind !== 'read' && typeof before === 'string' && after === null;
}

/** Commands that take keys away; RENAME does so to the first of its keys. */
const TAKE_AWAY = new Set(['DEL', 'UNLINK', 'FLUSHALL', 'FLUSHDB']);

/** Does this access leave the key with what it wrote, whatever others did before? @internal */
export function overwrites({ kind, step, after }: KeyAccess): boolean {
  return kind === 'write' && after !== null && !TAKE_AWAY.has(step.command![0]!);
}

/** May this access have changed the value? A write of an equal value counts: it hides what others wrote. @internal */
export function changes({ kind, before, after }: KeyAccess): boolean {
  return kind === 'write' || (kind === 'update' && (before === undefined || before !== after));
}
