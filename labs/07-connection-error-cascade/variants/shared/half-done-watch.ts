import type { Route } from '../../design.js';
import { itemKey, type Item } from '../../items.js';

/** Changes an item if nobody else does meanwhile. An error between WATCH and EXEC leaves the connection watching. */
export const halfDoneWatch: Route = async ({ params: { id } }, reply, use) =>
  use(async (redis) => {
    await redis.watch(itemKey(id));
    const item = JSON.parse((await redis.get(itemKey(id))) ?? '{"processed":0}') as Item;
    const changed = { ...item, processed: item.processed + 1 };
    const done = await redis.multi().set(itemKey(id), JSON.stringify(changed)).exec();
    if (done === null) return await reply.code(409).send({ error: 'somebody else was faster' });
    return changed;
  });
