import type { Route } from '../design.js';
import { isUnavailable } from '../errors.js';
import { processItem } from '../items.js';

/** Makes sure first that Redis is there. It may go right after it has said so. */
export const processRoute: Route = async ({ params }, reply, use) => {
  try {
    await use((redis) => redis.ping());
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return await reply.code(503).send({ error: 'unavailable' });
  }
  void use((redis) => processItem(redis, params.id));
  return await reply.code(202).send({});
};
