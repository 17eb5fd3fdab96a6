import { isReplyError, printable } from '../wire/resp.js';
import type { Control } from '../wire/control.js';

const VALUE_LENGTH_MAX = 200;

/**
 * Reads the keys that a command names, as text for people, in the database that the command works on. Costs several round trips, so it is done only for
 * executions that become records.
 */
export async function readValues(
  control: Control,
  args: readonly Buffer[],
  database: string,
): Promise<{ key: string; value: string | null }[]> {
  const keys = await control.tryList('COMMAND', 'GETKEYS', ...args);
  if (keys.length === 0) return [];
  if (database !== '0') await control.tryCall('SELECT', database);
  const values: { key: string; value: string | null }[] = [];
  for (const key of keys) values.push({ key: printable(key), value: await readValue(control, key) });
  if (database !== '0') await control.call('SELECT', '0');
  return values;
}

async function readValue(control: Control, key: Buffer): Promise<string | null> {
  const answer = await control.tryCall('TYPE', key);
  const type = typeof answer === 'string' ? answer : 'none';
  const reply = await control.tryCall(...readerOf(type, key));
  if (reply === null || type === 'none') return null;
  const text = isReplyError(reply) ? `(${type})` : typeof reply === 'string' ? reply : JSON.stringify(reply);
  return text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)}…` : text;
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
