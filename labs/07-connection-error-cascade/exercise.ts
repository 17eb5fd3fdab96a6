import type { Route } from './design.js';
import { processItem } from './items.js';

/**
 * `POST /items/:id/process`. Answers at once and works behind the answer. When the connection breaks in the middle of the work,
 * nobody handles the error, and the process ends, with every other request that it serves.
 */
export const processRoute: Route = async ({ params }, reply, use) => {
  // TODO: let the request wait for its work, so that an error reaches somebody. A lost connection is answered with
  // 503 {"error":"unavailable"} (errors.ts knows which errors these are); every other error is somebody else's to handle.
  void use((redis) => processItem(redis, params.id));
  return await reply.code(202).send({});
};
