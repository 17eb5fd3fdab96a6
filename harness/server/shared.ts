import { extended } from './extended.js';
import { startServer } from './start.js';
import type { RedisServer, StartServerOptions } from './types.js';

/** Also other copies of this module find the server of the process here. */
const KEY = Symbol.for('redis-race-lab.server');

/**
 * The one server of this process: the first call starts it and its options count, every other call gets the same one,
 * also from another copy of this module. It stops at the end of the process; once stopped by hand, the next call starts
 * a new one.
 *
 * @throws ServerError when there is no Redis to be had; the next call tries again
 * @example
 * ```ts
 * import { sharedServer } from 'redis-race-lab';
 *
 * const { version, source } = await sharedServer();
 * console.log(version, source); // for example 7.0.15 process
 * ```
 * @public
 */
export function sharedServer(options: StartServerOptions = {}): Promise<RedisServer> {
  const global = globalThis as { [KEY]?: Promise<RedisServer> };
  const known = global[KEY];
  if (known !== undefined) return known;
  const forget = (): void => {
    if (global[KEY] === started) delete global[KEY];
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
  global[KEY] = started;
  return started;
}
