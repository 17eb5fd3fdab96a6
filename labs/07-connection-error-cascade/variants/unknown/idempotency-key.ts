import type { Redis } from 'ioredis';
import type { Route } from '../../design.js';
import { itemKey } from '../../items.js';

/** How long a request may still be repeated, in seconds. */
const REMEMBER_S = 3600;

/** Processes the item unless this request did; what was answered then is answered again. All of it in one step. */
const PROCESS_ONCE = `
  local answered = redis.call('GET', KEYS[2])
  if answered then return answered end
  local item = cjson.decode(redis.call('GET', KEYS[1]) or '{"processed":0}')
  item.processed = item.processed + 1
  local answer = cjson.encode(item)
  redis.call('SET', KEYS[1], answer)
  redis.call('SET', KEYS[2], answer, 'EX', ARGV[1])
  return answer`;

async function processOnce(redis: Redis, id: string, key: string): Promise<string> {
  return String(await redis.eval(PROCESS_ONCE, 2, itemKey(id), `done:${key}`, REMEMBER_S));
}

/** The request says which one it is, and may be repeated by anybody: by the API, and by whoever did not hear its answer. */
export const byIdempotencyKey: Route = async ({ params, headers }, reply, use) => {
  const key = String(headers['idempotency-key']);
  reply.type('application/json');
  return await use((redis) => processOnce(redis, params.id, key));
};
