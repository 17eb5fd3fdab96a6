import type { Route } from '../design.js';
import { processItem } from '../items.js';

/** A `try` around work that nobody waits for. It is left before anything can go wrong. */
export const processRoute: Route = async ({ params }, reply, use) => {
  try {
    void use((redis) => processItem(redis, params.id));
    return await reply.code(202).send({});
  } catch {
    return await reply.code(503).send({ error: 'unavailable' });
  }
};
