import type { Route } from '../../design.js';
import { isUnavailable } from '../../errors.js';
import { processItem } from '../../items.js';

/** Waits for the work, and handles the error where it happens: whoever asked hears that it is not known to be done. */
export const handledInPlace: Route = async ({ params, log }, reply, use) => {
  try {
    return await use((redis) => processItem(redis, params.id));
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    log.error({ err: error }, `item ${params.id} may not have been processed`);
    return await reply.code(503).header('retry-after', '1').send({ error: 'unavailable' });
  }
};
