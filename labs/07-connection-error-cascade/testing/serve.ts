/**
 * The API of a variant as a process of its own, on real sockets: `serve.ts NAME REDIS_PORT`. It says its address when it listens.
 */
import { Redis } from 'ioredis';
import type { LegacyOptions } from '../../../harness/index.js';
import { startApi } from '../api.js';
import { DESIGNS, SURFACES } from '../designs.js';

const [name = '', port = ''] = process.argv.slice(2);
const design = DESIGNS[name as keyof typeof DESIGNS];
const { fastify } = await startApi(
  { client: SURFACES, ...design },
  // Soon, so that nobody waits for long; the lab has its own delays.
  (options) => new Redis(Number(port), { retryStrategy: () => 20, ...options } as LegacyOptions),
);
process.stdout.write(`${await fastify.listen({ host: '127.0.0.1', port: 0 })}\n`);
