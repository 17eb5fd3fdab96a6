import { ServerError } from '../errors.js';
import type { RedisServer } from '../types.js';
import type { Probe } from './probe.js';

/**
 * Asks a server who it is.
 *
 * @param description - the server in words, for the error
 * @throws ServerError (`start-failed`) when it names no version
 * @internal
 */
export async function identify(
  probe: Probe,
  description: string,
): Promise<Pick<RedisServer, 'version' | 'product'>> {
  const info = String(await probe.ask('INFO', 'server'));
  const field = (name: string): string | undefined => new RegExp(`^${name}:(.+?)\\r?$`, 'm').exec(info)?.[1];
  // A Valkey names a Redis version too, the one that it is compatible with.
  const valkey = field('valkey_version');
  const version = valkey ?? field('redis_version');
  if (version === undefined)
    throw new ServerError('start-failed', `${description} does not say which version it is`);
  return { version, product: valkey === undefined ? 'redis' : 'valkey' };
}
