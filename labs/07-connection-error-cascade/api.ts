import { once } from 'node:events';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Redis, RedisOptions } from 'ioredis';
import {
  sharing,
  type ById,
  type Design,
  type LogLine,
  type MonitorEvent,
  type Route,
  type Use,
} from './design.js';
import { itemKey, priceKey, processItem } from './items.js';

/** An API that runs. */
export interface Api {
  readonly fastify: FastifyInstance;
  readonly log: readonly LogLine[];
  readonly events: readonly MonitorEvent[];
}

/** Starts the API of this lab. */
export async function startApi(design: Design, connect: (options?: RedisOptions) => Redis): Promise<Api> {
  const log: LogLine[] = [];
  const events: MonitorEvent[] = [];
  const stream = { write: (line: string) => void log.push(JSON.parse(line) as LogLine) };
  const fastify = Fastify({ logger: { level: 'warn', stream } });
  const clients: Redis[] = [];
  const use = (design.use ?? sharing)(() => {
    const redis = connect(design.client);
    // Without a listener ioredis prints errors of the connection; with one they go where all others go.
    redis.on('error', (err: Error) => fastify.log.warn({ err }, 'redis'));
    clients.push(redis);
    return redis;
  });
  design.onError?.(fastify, (event) => void events.push(event));
  addRoutes(fastify, use, design.process ?? processing);
  await fastify.ready();
  for (const redis of clients) if (redis.status !== 'ready') await once(redis, 'ready');
  return { fastify, log, events };
}

const processing: Route = ({ params }, _reply, use) => use((redis) => processItem(redis, params.id));

function addRoutes(api: FastifyInstance, use: Use, process: Route): void {
  api.post<ById>('/items/:id/process', (request, reply) => process(request, reply, use));
  api.put<ById>('/items/:id', async ({ params: { id } }) => {
    await use((redis) => redis.set(itemKey(id), '{"processed":0}'));
    return {};
  });
  api.get<ById>('/prices/:id', async ({ params: { id } }) => ({
    price: await use((redis) => redis.get(priceKey(id))),
  }));
  api.post<ById>('/orders/:id', async ({ params: { id } }, reply) => {
    const done = await use((redis) => redis.multi().incr(`orders:${id}`).exec());
    return done === null ? await reply.code(409).send({ error: 'somebody else was faster' }) : {};
  });
}
