import type { Redis } from 'ioredis';
import { DONE, itemKey, LAST } from '../api.js';

/** An item of this name is taken for the same request: others may want a lamp, too. */
export async function create(redis: Redis, _key: string, name: string): Promise<string> {
  const script = `local id = redis.call('HGET', 'names', ARGV[1])
if id then return id end
id = tostring(redis.call('INCR', KEYS[1]))
redis.call('HSET', 'names', ARGV[1], id)
redis.call('HSET', '${itemKey('')}' .. id, 'name', ARGV[1])
redis.call('RPUSH', KEYS[2], 'create ' .. ARGV[1])
return id`;
  return String(await redis.eval(script, 2, LAST, DONE, name));
}
