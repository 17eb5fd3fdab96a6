import type { Route } from '../../design.js';
import { itemKey, type Item } from '../../items.js';

/**
 * Changes an item and a list of what was done, both or neither. An error between MULTI and EXEC leaves the connection inside of
 * a transaction that nobody ends.
 */
export const halfDoneMulti: Route = async ({ params: { id } }, _reply, use) =>
  use(async (redis) => {
    const stored = await redis.get(itemKey(id));
    await redis.multi({ pipeline: false });
    await redis.lpush('processed', id);
    const item = JSON.parse(stored ?? '{"processed":0}') as Item;
    await redis.set(itemKey(id), JSON.stringify({ ...item, processed: item.processed + 1 }));
    await redis.exec();
    return {};
  });
