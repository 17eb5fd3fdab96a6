import { findBinary } from '../binary/find-binary.js';
import { NoEngine, findEngine } from '../engine/find-engine.js';
import { resolveRequest } from '../request.js';
import { findShim } from '../shim/shim.js';
import { startServer } from '../start.js';
import type { StartServerOptions } from '../types.js';

/**
 * Has everything here that a later start without a network needs: the clock library, a server binary, and where a
 * container engine answers, an image. What is there is not fetched again.
 *
 * @param options - which server, which image
 * @returns what is here now, a line for each
 * @throws ServerError when something cannot be had
 * @internal
 */
export async function prefetch(options: StartServerOptions): Promise<string[]> {
  const { binary: named, wanted, redis, notify } = resolveRequest(options);
  // Nothing of the lab's own is started then.
  if (redis.startsWith('redis://')) return [`nothing is needed for ${redis}`];
  const shim = await findShim();
  const lines = [
    shim.library === undefined ? `no clock library: ${shim.reason}` : `clock library ${shim.library}`,
  ];
  if (redis !== 'container') lines.push(`server ${(await findBinary({ named, wanted, notify })).path}`);
  if (redis === 'process') return lines;
  try {
    await findEngine();
  } catch (error) {
    if (redis === 'container' || !(error instanceof NoEngine)) throw error;
    return lines;
  }
  // Starting one is the proof that nothing is missing.
  const server = await startServer({ ...options, redis: 'container' });
  await server.stop();
  return [...lines, server.description];
}
