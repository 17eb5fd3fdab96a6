import { clipped } from '../../base/text.js';
import { isReplyError, printable } from '../../wire/resp.js';
import type { Control } from '../../wire/upstream/control.js';
import type { PerformedStep } from '../steps/step.js';

const VALUE_LENGTH_MAX = 200;

/**
 * Reads the keys that a command names, as text for people, in the database that the command works on. Costs several
 * round trips, so it is done only for executions that become records.
 *
 * @param commands - the command; for EXEC those that it will run
 * @internal
 */
export async function readValues(
  control: Control,
  commands: readonly (readonly Buffer[])[],
  database: string,
): Promise<{ key: string; value: string | null }[]> {
  const keys = new Map<string, Buffer>();
  for (const args of commands) {
    for (const key of await control.tryList('COMMAND', 'GETKEYS', ...args))
      keys.set(key.toString('latin1'), key);
  }
  if (keys.size === 0) return [];
  if (database !== '0') await control.tryCall('SELECT', database);
  const values: { key: string; value: string | null }[] = [];
  for (const key of keys.values()) values.push({ key: printable(key), value: await readValue(control, key) });
  if (database !== '0') await control.call('SELECT', '0');
  return values;
}

/** The commands that wait for EXEC on a connection: what was queued there since the last MULTI. @internal */
export function queuedOn(steps: readonly PerformedStep[], connection: string): (readonly Buffer[])[] {
  const queued: (readonly Buffer[])[] = [];
  for (const { args, sentOn, reply } of steps) {
    if (args === undefined || sentOn?.connection !== connection || reply === undefined) continue;
    const name = args[0]!.toString('latin1').toUpperCase();
    if (name === 'MULTI') queued.length = 0;
    else if (reply.toString('latin1') === '+QUEUED\r\n') queued.push(args);
  }
  return queued;
}

/** Reads a key, as text for people; null where it does not exist. @internal */
export async function readValue(control: Control, key: Buffer): Promise<string | null> {
  const answer = await control.tryCall('TYPE', key);
  const type = typeof answer === 'string' ? answer : 'none';
  const reply = await control.tryCall(...readerOf(type, key));
  if (reply === null || type === 'none') return null;
  const text = isReplyError(reply) ? `(${type})` : typeof reply === 'string' ? reply : JSON.stringify(reply);
  return clipped(text, VALUE_LENGTH_MAX);
}

function readerOf(type: string, key: Buffer): [string, ...(string | Buffer)[]] {
  switch (type) {
    case 'list':
      return ['LRANGE', key, '0', '-1'];
    case 'set':
      return ['SMEMBERS', key];
    case 'zset':
      return ['ZRANGE', key, '0', '-1', 'WITHSCORES'];
    case 'hash':
      return ['HGETALL', key];
    case 'stream':
      return ['XRANGE', key, '-', '+'];
    default:
      return ['GET', key];
  }
}
