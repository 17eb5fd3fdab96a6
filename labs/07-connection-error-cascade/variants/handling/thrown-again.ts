import type { Route } from '../../design.js';
import { processItem } from '../../items.js';

/** Catches the error, logs it, and throws it again: to a caller that does not wait. */
export const thrownAgain: Route = async ({ params, log }, reply, use) => {
  const work = async (): Promise<void> => {
    try {
      await use((redis) => processItem(redis, params.id));
    } catch (error) {
      log.error({ err: error }, `item ${params.id} was not processed`);
      throw error;
    }
  };
  void work();
  return await reply.code(202).send();
};
