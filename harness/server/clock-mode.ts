import { ServerError } from './errors.js';
import type { ResolvedRequest } from './request.js';
import { findShim } from './shim/shim.js';
import type { ServerClockMode } from './types.js';

/** The clock library to start a server with. @internal */
export interface WantedShim {
  /** Its path; undefined when the server is to be started without it. */
  readonly library: string | undefined;
  /** Why there is none, or why it was not compiled here: one line for people. */
  readonly reason: string | undefined;
}

/**
 * The clock library that fits a request.
 *
 * @throws ServerError (`no-clock`) when the request insists on it and this machine has none
 * @internal
 */
export async function wantedShim(request: ResolvedRequest): Promise<WantedShim> {
  const shim = await availableShim(request);
  if (request.clock === 'shim' && shim.library === undefined) throw noShim(shim.reason ?? 'unknown');
  return shim;
}

async function availableShim({ clock, redis }: ResolvedRequest): Promise<WantedShim> {
  if (clock === 'ttl-shift' || clock === 'real')
    return { library: undefined, reason: `the clock mode ${clock} was asked for` };
  if (redis.startsWith('redis://'))
    return { library: undefined, reason: 'the clock of a server that is already running cannot be frozen' };
  const found = await findShim();
  if (found.library === undefined) return { library: undefined, reason: found.reason };
  const reason = found.prebuilt === undefined ? undefined : `by the prebuilt library: ${found.prebuilt}`;
  return { library: found.library, reason };
}

/** Moving TTLs takes PEXPIRETIME, which came with this version. */
const TTL_SHIFT_SINCE = 7;

/**
 * The clock mode of a server that does not follow the clock library.
 *
 * @param version - of the server
 * @param reason - why it does not, in words
 * @throws ServerError (`no-clock`) when the request insists on a mode that the server does not offer
 * @internal
 */
export function secondBest({ clock }: ResolvedRequest, version: string, reason: string): ServerClockMode {
  const canShift = Number.parseInt(version, 10) >= TTL_SHIFT_SINCE;
  if (clock === 'shim') throw noShim(reason);
  if (clock === 'ttl-shift' && !canShift) {
    throw new ServerError(
      'no-clock',
      `the clock mode ttl-shift needs Redis 7.0 or newer, this is ${version}`,
    );
  }
  return clock === 'real' || !canShift ? 'real' : 'ttl-shift';
}

function noShim(reason: string): ServerError {
  return new ServerError(
    'no-clock',
    `the frozen clock (shim) is not possible here: ${reason}. Use the clock auto or ttl-shift`,
  );
}
