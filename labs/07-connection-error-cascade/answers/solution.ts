import type { Route } from '../design.js';
import { isUnavailable } from '../errors.js';
import { processItem } from '../items.js';

/** Waits, and tells a Redis that is not there from all other errors. Nothing is tried again: it may have been done. */
export const processRoute: Route = async ({ params }, reply, use) => {
  try {
    return await use((redis) => processItem(redis, params.id));
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return await reply.code(503).send({ error: 'unavailable' });
  }
};
