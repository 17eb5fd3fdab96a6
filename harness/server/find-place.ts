import { useAddress } from './address/use-address.js';
import { findBinary } from './binary/find-binary.js';
import { NoEngine, findEngine } from './engine/find-engine.js';
import { ServerError, messageOf } from './errors.js';
import type { Place } from './place.js';
import { startProcess } from './process/process.js';
import type { ResolvedRequest } from './request.js';

/**
 * Starts the server that was asked for, or the best one that this machine can have: a container, else a process.
 *
 * @param shim - the clock library to preload; undefined for none
 * @throws ServerError that says why there is none
 * @internal
 */
export async function findPlace(request: ResolvedRequest, shim: string | undefined): Promise<Place> {
  const { redis, allowHosts } = request;
  if (redis.startsWith('redis://')) return await useAddress(redis, allowHosts);
  // A binary that was named is wanted, not a container.
  if (redis === 'process' || (redis === 'auto' && request.binary !== undefined))
    return await processFor(request, shim);
  try {
    return await containerFor(request, shim);
  } catch (error) {
    if (redis === 'container') throw error;
    return await insteadOfContainer(request, shim, error);
  }
}

async function containerFor(
  { image, args, binary, wanted, notify }: ResolvedRequest,
  shim: string | undefined,
): Promise<Place> {
  const engine = await findEngine();
  // Loaded where there is one: a plain process need not pay for what makes images.
  const { startContainer } = await import('./container/container.js');
  return await startContainer({
    engine,
    image,
    args,
    shim,
    binary: () => findBinary({ named: binary, wanted, notify }),
    notify,
  });
}

async function processFor(
  { binary, args, wanted, notify }: ResolvedRequest,
  shim: string | undefined,
): Promise<Place> {
  return await startProcess({ binary: await findBinary({ named: binary, wanted, notify }), args, shim });
}

/** @param refusal - why there is no container */
async function insteadOfContainer(
  request: ResolvedRequest,
  shim: string | undefined,
  refusal: unknown,
): Promise<Place> {
  // That there is no engine at all is no news.
  if (!(refusal instanceof NoEngine) || refusal.present)
    request.notify(`no container (${messageOf(refusal)}); using a process`);
  try {
    return await processFor(request, shim);
  } catch (error) {
    if (!(error instanceof ServerError) || error.code !== 'no-redis') throw error;
    throw new ServerError('no-redis', `${error.message}. And ${messageOf(refusal)}`, { cause: error });
  }
}
