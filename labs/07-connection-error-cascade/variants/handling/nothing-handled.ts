import type { Route } from '../../design.js';
import { processItem } from '../../items.js';

/** Answers at once and works behind the answer. Nobody waits for the work, so nobody hears of its error. */
export const nothingHandled: Route = async ({ params }, reply, use) => {
  void use((redis) => processItem(redis, params.id));
  return await reply.code(202).send();
};
