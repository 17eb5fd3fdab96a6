/**
 * Where a real Redis comes from: a container, a process on this machine, a downloaded package, or an address given by
 * hand. Whatever was started is gone when this process is, however it ends.
 */
import { useAddress } from './address.js';
import { findBinary } from './binary.js';
import { verifyClock, writeClock } from './clock-file.js';
import { startContainer } from './container.js';
import { NoEngine, findEngine } from './engine.js';
import { ServerError, messageOf } from './errors.js';
import type { Place } from './place.js';
import { Probe } from './probe.js';
import { startProcess } from './process.js';
import { resolveRequest, type ResolvedRequest } from './request.js';
import { findShim } from './shim.js';
import type { RedisServer, ServerClockMode, StartServerOptions } from './types.js';

export { ServerError, type ServerErrorCode } from './errors.js';
export { DEFAULT_IMAGE } from './request.js';
export { CLOCK_START_US } from './clock-file.js';
export type * from './types.js';

/**
 * Starts a Redis of the lab's own and waits until it answers. Rejects with a {@link ServerError}. The server stops with
 * this process, also when that is killed; {@link RedisServer.stop} stops it earlier.
 */
export async function startServer(options: StartServerOptions = {}): Promise<RedisServer> {
  const request = resolveRequest(options);
  const { shim, reason } = await wantedShim(request);
  if (request.clock === 'shim' && !shim) throw noShim(reason ?? 'unknown');
  try {
    return await serverAt(await findPlace(request, shim), request, reason);
  } catch (error) {
    // A library that is preloaded may be what keeps a server from starting; without a wish for it, do without.
    if (!shim || request.clock === 'shim' || !(error instanceof ServerError) || error.code !== 'start-failed')
      throw error;
    return await serverAt(
      await findPlace(request, undefined),
      request,
      `a server with the clock library failed: ${error.message}`,
    );
  }
}

/**
 * The one server of this process: the first call starts it and its options count, every other call gets the same one,
 * also from another copy of this module. It stops at the end of the process; once stopped by hand, the next call starts
 * a new one.
 */
export function sharedServer(options: StartServerOptions = {}): Promise<RedisServer> {
  const global = globalThis as { [key: symbol]: Promise<RedisServer> | undefined };
  const key = Symbol.for('redis-race-lab.server');
  const known = global[key];
  if (known) return known;
  const forget = (): void => {
    if (global[key] === started) delete global[key];
  };
  const started: Promise<RedisServer> = startServer(options).then((server) =>
    extended(server, {
      stop: () => {
        forget();
        return server.stop();
      },
    }),
  );
  started.catch(forget);
  global[key] = started;
  return started;
}

/** The same object with more, or other, properties. Unlike a spread it keeps getters: a process id changes. */
function extended<T extends object, U extends object>(base: T, more: U): Omit<T, keyof U> & U {
  const all = { ...Object.getOwnPropertyDescriptors(base), ...Object.getOwnPropertyDescriptors(more) };
  return Object.defineProperties({}, all) as Omit<T, keyof U> & U;
}

async function wantedShim({ clock, redis }: ResolvedRequest): Promise<{ shim?: string; reason?: string }> {
  if (clock === 'ttl-shift' || clock === 'real') return { reason: `the clock mode ${clock} was asked for` };
  if (redis.startsWith('redis://'))
    return { reason: 'the clock of a server that is already running cannot be frozen' };
  const found = await findShim();
  if (found.library === undefined) return { reason: found.reason };
  return found.prebuilt === undefined
    ? { shim: found.library }
    : { shim: found.library, reason: `by the prebuilt library: ${found.prebuilt}` };
}

async function findPlace(request: ResolvedRequest, shim: string | undefined): Promise<Place> {
  const { redis, image, args, notify, allowHosts } = request;
  if (redis.startsWith('redis://')) return await useAddress(redis, allowHosts);
  const binary = () => findBinary(request.binary, notify);
  const asProcess = async (): Promise<Place> => await startProcess({ binary: await binary(), args, shim });
  // Who names a binary wants that binary.
  if (redis === 'process' || (redis === 'auto' && request.binary)) return await asProcess();

  let refusal: unknown;
  try {
    const engine = await findEngine();
    return await startContainer({ engine, image, args, shim, binary, notify });
  } catch (error) {
    if (redis === 'container') throw error;
    refusal = error;
  }
  if (!(refusal instanceof NoEngine) || refusal.present)
    notify(`no container (${messageOf(refusal)}); using a process`);
  try {
    return await asProcess();
  } catch (error) {
    if (!(error instanceof ServerError) || error.code !== 'no-redis') throw error;
    throw new ServerError('no-redis', `${error.message}. And ${messageOf(refusal)}`, { cause: error });
  }
}

/** Asks the server who it is and settles how its clock is moved. */
async function serverAt(
  place: Place,
  request: ResolvedRequest,
  reason: string | undefined,
): Promise<RedisServer> {
  const { clockFile } = place;
  try {
    const probe = await Probe.connect(place.endpoint);
    try {
      const { version, product } = await identify(probe, place);
      const complaint = clockFile
        ? await verifyClock(probe, clockFile)
        : (reason ?? 'the clock file cannot be shared with this container');
      if (clockFile && complaint === undefined) {
        const remark = reason === undefined ? {} : { clockReason: reason };
        return extended(place, { version, product, clockMode: 'shim', clockFile, ...remark });
      }
      // It may follow the file halfway: let it run on real time.
      if (clockFile) writeClock(clockFile, 0n);
      const clockReason = complaint ?? 'unknown';
      const clockMode = secondBest(request, version, clockReason);
      return extended(place, { version, product, clockMode, clockReason, clockFile: undefined });
    } finally {
      probe.close();
    }
  } catch (error) {
    await place.stop();
    if (error instanceof ServerError) throw error;
    throw new ServerError(
      'start-failed',
      `${place.description} started but does not work: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

async function identify(probe: Probe, place: Place): Promise<Pick<RedisServer, 'version' | 'product'>> {
  const info = String(await probe.ask('INFO', 'server'));
  const field = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const valkey = field('valkey_version');
  const version = valkey ?? field('redis_version');
  if (!version)
    throw new ServerError('start-failed', `${place.description} does not say which version it is`);
  return { version, product: valkey ? 'valkey' : 'redis' };
}

function noShim(reason: string): ServerError {
  return new ServerError(
    'no-clock',
    `the frozen clock (shim) is not possible here: ${reason}. Use the clock auto or ttl-shift`,
  );
}

/** The clock mode without the shim. */
function secondBest({ clock }: ResolvedRequest, version: string, reason: string): ServerClockMode {
  // Moving TTLs takes PEXPIRETIME, which came with 7.0.
  const canShift = Number.parseInt(version, 10) >= 7;
  if (clock === 'shim') throw noShim(reason);
  if (clock === 'ttl-shift' && !canShift) {
    throw new ServerError(
      'no-clock',
      `the clock mode ttl-shift needs Redis 7.0 or newer, this is ${version}`,
    );
  }
  return clock === 'real' || !canShift ? 'real' : 'ttl-shift';
}
