import { isErrorReply } from './command-text.js';
import type { RaceRecord, RecordStep } from './format.js';

/**
 * How a command meets a key: `read` only looks; `write` puts a value there whatever there was; `update` looks and
 * changes in one go, so nothing can come between.
 */
export type AccessKind = 'read' | 'write' | 'update';

/** One key, as one step of the server met it. */
export interface Access {
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
 */
export function accessesOf({ steps }: Pick<RaceRecord, 'steps'>): Access[] {
  const queued = new Map<number, RecordStep[]>();
  const accesses: Access[] = [];
  for (const step of steps) {
    const name = step.command?.[0];
    if (name === undefined || step.reply === undefined || isErrorReply(step.reply)) continue;
    if (step.reply === 'QUEUED') {
      // On a shared connection a command may end up in the transaction that another worker opened.
      (queued.get(step.worker) ?? [...queued.values()].at(-1))?.push(step);
    } else if (name === 'MULTI') {
      queued.set(step.worker, []);
    } else if (name === 'EXEC') {
      const replies = Array.isArray(step.reply) ? (step.reply as unknown[]) : [];
      for (const [at, queuedStep] of (queued.get(step.worker) ?? []).entries()) {
        if (at < replies.length)
          accesses.push(...accessesOfStep({ ...queuedStep, reply: replies[at] }, step.n, step.values));
      }
      queued.delete(step.worker);
    } else {
      accesses.push(...accessesOfStep(step, step.n));
    }
  }
  return accesses;
}

/** @param around - values of keys around the step at which it took effect */
function accessesOfStep(step: RecordStep, n: number, around = step.values): Access[] {
  const command = step.command!;
  const own = around?.filter(({ key }) => n === step.n || command.includes(key));
  // Without values the first argument is the key of nearly every command.
  const values: readonly { key: string; before?: string | null; after?: string | null }[] =
    own !== undefined && (n === step.n || own.length > 0) ? own : command.slice(1, 2).map((key) => ({ key }));
  return values.map(({ key, before, after }) => {
    const changed = before === undefined || before !== after;
    return { n, step, worker: step.worker, key, kind: kindOf(command, step.reply, changed), before, after };
  });
}

function kindOf(command: readonly string[], reply: unknown, changed: boolean): AccessKind {
  const name = command[0]!;
  if (READS.has(name)) return 'read';
  if (isConditionalSet(command)) return reply === null || reply === 0 ? 'read' : 'update';
  if (WRITES.has(name)) return 'write';
  return changed ? 'update' : 'read';
}

/** Does this command only look? */
export function isRead(name: string): boolean {
  return READS.has(name);
}

/** A write that the server does only when the key is not there: how locks are taken. */
export function isConditionalSet([name, ...args]: readonly string[]): boolean {
  if (name === 'SETNX' || name === 'HSETNX' || name === 'MSETNX') return true;
  return name === 'SET' && args.slice(2).some((arg) => arg.toUpperCase() === 'NX');
}

/** Did this access bring the key into being? */
export function creates({ kind, before, after }: Access): boolean {
  return kind !== 'read' && before === null && typeof after === 'string';
}

/** Did this access make the key go away? */
export function removes({ kind, before, after }: Access): boolean {
  return kind !== 'read' && typeof before === 'string' && after === null;
}

/** Does this access leave the key with what it wrote, whatever others did before? */
export function overwrites({ kind, step }: Access): boolean {
  return kind === 'write' && step.command![0] !== 'DEL' && step.command![0] !== 'UNLINK';
}

/** May this access have changed the value? A write of an equal value counts: it hides what others wrote. */
export function changes({ kind, before, after }: Access): boolean {
  return kind === 'write' || (kind === 'update' && (before === undefined || before !== after));
}
