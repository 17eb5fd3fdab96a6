import type { Route } from '../design.js';
import { isUnavailable } from '../errors.js';
import { processItem } from '../items.js';

const TRIES = 3;

/** Tries until it works. What had worked, without anybody hearing of it, works twice. */
export const processRoute: Route = async ({ params }, reply, use) => {
  for (let tries = 1; tries <= TRIES; tries++) {
    try {
      return await use((redis) => processItem(redis, params.id));
    } catch (error) {
      if (!isUnavailable(error)) throw error;
    }
  }
  return await reply.code(503).send({ error: 'unavailable' });
};
