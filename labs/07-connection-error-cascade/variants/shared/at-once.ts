import type { Route } from '../../design.js';
import { itemKey, type Item } from '../../items.js';

/** The same in one piece: the client keeps the commands until `exec`, and then sends them with MULTI and EXEC around them. */
export const atOnce: Route = async ({ params: { id } }, _reply, use) =>
  use(async (redis) => {
    const item = JSON.parse((await redis.get(itemKey(id))) ?? '{"processed":0}') as Item;
    const changed = { ...item, processed: item.processed + 1 };
    await redis.multi().lpush('processed', id).set(itemKey(id), JSON.stringify(changed)).exec();
    return {};
  });
