import type { Redis } from 'ioredis';
import { DONE, itemKey, LAST } from '../api.js';

/** What is remembered of a transaction, in seconds: longer than anybody tries again. */
const KEPT_S = 86_400;

/** KEYS: the key of the transaction, then what it needs. The answer is kept in the same step in which it becomes true. */
function once(work: string): string {
  return `local known = redis.call('GET', KEYS[1])
if known then return known end
${work}
redis.call('SET', KEYS[1], answer, 'EX', ${KEPT_S})
return answer`;
}

const CREATE = once(`local answer = tostring(redis.call('INCR', KEYS[2]))
redis.call('HSET', 'item:' .. answer, 'name', ARGV[1])
redis.call('RPUSH', KEYS[3], 'create ' .. ARGV[1])`);

const UPDATE = once(`local answer = tostring(redis.call('EXISTS', KEYS[2]))
if answer == '1' then
  redis.call('HSET', KEYS[2], 'name', ARGV[2])
  redis.call('RPUSH', KEYS[3], 'update ' .. ARGV[1])
end`);

const REMOVE = once(`local answer = tostring(redis.call('DEL', KEYS[2]))
if answer == '1' then redis.call('RPUSH', KEYS[3], 'delete ' .. ARGV[1]) end`);

/** One script: looks whether it was done, does it, and writes down the answer. */
export async function create(redis: Redis, key: string, name: string): Promise<string> {
  return String(await redis.eval(CREATE, 3, `key:${key}`, LAST, DONE, name));
}

/** The same. */
export async function update(redis: Redis, key: string, id: string, name: string): Promise<boolean> {
  return (await redis.eval(UPDATE, 3, `key:${key}`, itemKey(id), DONE, id, name)) === '1';
}

/** The same. */
export async function remove(redis: Redis, key: string, id: string): Promise<boolean> {
  return (await redis.eval(REMOVE, 3, `key:${key}`, itemKey(id), DONE, id)) === '1';
}
