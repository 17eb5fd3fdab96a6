import { defined } from '../base/defined.js';
import { secondBest, wantedShim } from './clock-mode.js';
import { ServerError, messageOf } from './errors.js';
import { extended } from './extended.js';
import { findPlace } from './find-place.js';
import type { Place } from './place.js';
import { identify } from './probe/identify.js';
import { Probe } from './probe/probe.js';
import { resolveRequest, type ResolvedRequest } from './request.js';
import { verifyClock, writeClock } from './shim/clock-file.js';
import type { RedisServer, StartServerOptions } from './types.js';
import { refuseOther } from './binary/wanted.js';

/**
 * Starts a Redis of the lab's own and waits until it answers. It stops with this process, also when that is killed;
 * {@link RedisServer.stop} stops it earlier.
 *
 * @throws ServerError that says why there is no Redis to be had, and what to do about it
 * @example
 * ```ts
 * import { explore, scenario, startServer } from 'redis-race-lab';
 *
 * const server = await startServer({ clock: 'auto' });
 * const views = scenario({ name: 'views', workers: ({ redis }) => redis.incr('views'), invariants: [] });
 * console.log((await explore(views, { server })).kind); // holds
 * await server.stop();
 * ```
 * @public
 */
export async function startServer(options: StartServerOptions = {}): Promise<RedisServer> {
  const request = resolveRequest(options);
  return await startWith(request, (shim) => findPlace(request, shim));
}

/**
 * Starts a server, its clock controlled as well as this machine and the request allow.
 *
 * @param find - starts it with a clock library, or without one
 * @throws ServerError that says why there is none
 * @internal
 */
export async function startWith(
  request: ResolvedRequest,
  find: (shim: string | undefined) => Promise<Place>,
): Promise<RedisServer> {
  const { library, reason } = await wantedShim(request);
  try {
    return await serverAt(await find(library), request, reason);
  } catch (error) {
    // A library that is preloaded may be what keeps a server from starting; without a wish for it, do without.
    if (library === undefined || request.clock === 'shim') throw error;
    if (!(error instanceof ServerError) || error.code !== 'start-failed') throw error;
    const failed = `a server with the clock library failed: ${error.message}`;
    return await serverAt(await find(undefined), request, failed);
  }
}

/**
 * Asks the server who it is and settles how its clock is controlled; stops it when that fails.
 *
 * @param reason - why it was started without the clock library, or with one that was not compiled here
 */
async function serverAt(
  place: Place,
  request: ResolvedRequest,
  reason: string | undefined,
): Promise<RedisServer> {
  try {
    const probe = await Probe.connect(place.endpoint);
    try {
      return await examined(place, probe, request, reason);
    } finally {
      probe.close();
    }
  } catch (error) {
    const refused = error instanceof ServerError;
    // Known a little later than its connections break.
    const ended = refused ? undefined : await place.ended?.();
    await place.stop();
    if (refused) throw error;
    throw new ServerError(
      place.killed === true ? 'killed' : 'start-failed',
      `${place.description} started but does not work: ${ended ?? messageOf(error)}`,
      { cause: error },
    );
  }
}

async function examined(
  place: Place,
  probe: Probe,
  request: ResolvedRequest,
  reason: string | undefined,
): Promise<RedisServer> {
  const { clockFile, description } = place;
  const { version, product } = await identify(probe, description);
  refuseOther(request.wanted, { version, product }, description);
  if (clockFile === undefined) {
    const clockReason = reason ?? 'the clock file cannot be shared with this container';
    const clockMode = secondBest(request, version, clockReason);
    return extended(place, { version, product, clockMode, clockReason });
  }
  const clockReason = await verifyClock(probe, clockFile);
  if (clockReason === undefined)
    return extended(place, {
      version,
      product,
      clockMode: 'shim' as const,
      ...defined({ clockReason: reason }),
    });
  // It may follow the file halfway: let it run on real time.
  writeClock(clockFile, 0n);
  const clockMode = secondBest(request, version, clockReason);
  return extended(place, { version, product, clockMode, clockReason, clockFile: undefined });
}
