import type { FastifyError, FastifyInstance } from 'fastify';
import type { MonitorEvent } from '../../design.js';
import { isUnavailable } from '../../errors.js';

/**
 * One place for every error that a route did not handle. Redis is not there: 503, and a line in the log with the stack.
 * All else is a mistake of this program: 500, and an event for whoever mends it.
 */
export function globalHandler(api: FastifyInstance, report: (event: MonitorEvent) => void): void {
  api.setErrorHandler<FastifyError>(async (error, { log, method, url }, reply) => {
    log.error({ err: error }, `${method} ${url}`);
    if (isUnavailable(error)) {
      return await reply.code(503).header('retry-after', '1').send({ error: 'unavailable' });
    }
    // What the framework refused, a body that is no JSON say, is the mistake of whoever asked.
    if (error.statusCode !== undefined && error.statusCode < 500) {
      return await reply.code(error.statusCode).send({ error: error.message });
    }
    report({
      level: 'error',
      exception: { type: error.name, value: error.message, stack: error.stack ?? '' },
      request: { method, url },
    });
    // The message may say more than a stranger should read.
    return await reply.code(500).send({ error: 'internal error' });
  });
}
