import { ServerError } from './errors.js';
import { variable } from './machine/variable.js';
import {
  SERVER_CLOCK_MODES,
  type ServerClockMode,
  type ServerRequest,
  type StartServerOptions,
} from './types.js';
import { imageOf, parseWanted, type WantedServer } from './binary/wanted.js';

/** The image that is used when nothing else is asked for: the current official one, and small. @internal */
export const DEFAULT_IMAGE = 'redis:8-alpine';

/** `StartServerOptions` with the environment's defaults filled in and everything checked. @internal */
export interface ResolvedRequest {
  readonly redis: ServerRequest;
  readonly image: string;
  readonly clock: ServerClockMode | 'auto';
  /** Path of the server binary; never empty. */
  readonly binary: string | undefined;
  /** Which server it must be; undefined for any. */
  readonly wanted: WantedServer | undefined;
  readonly args: readonly string[];
  readonly allowHosts: readonly string[];
  readonly notify: (line: string) => void;
}

const KINDS: readonly string[] = ['auto', 'container', 'process'];
const CLOCKS: readonly string[] = ['auto', ...SERVER_CLOCK_MODES];

/**
 * What was asked for: options first, then `RACE_LAB_*`, then the defaults. An empty variable counts as not set.
 *
 * @throws ServerError (`bad-request`) when the Redis, the clock or the version is none of the words that there are
 * @internal
 */
export function resolveRequest(
  options: StartServerOptions = {},
  env: NodeJS.ProcessEnv = process.env,
): ResolvedRequest {
  const redis = options.redis ?? variable('RACE_LAB_REDIS', env) ?? 'auto';
  if (!KINDS.includes(redis) && !redis.startsWith('redis://')) {
    const hint = redis.includes('://')
      ? 'only redis:// addresses are supported, without TLS'
      : 'use auto, container, process or redis://host:port';
    throw new ServerError(
      'bad-request',
      `unknown Redis ${JSON.stringify(redis)} (RACE_LAB_REDIS or --redis): ${hint}`,
    );
  }
  const clock = options.clock ?? variable('RACE_LAB_CLOCK', env) ?? 'auto';
  if (!CLOCKS.includes(clock)) {
    throw new ServerError(
      'bad-request',
      `unknown clock ${JSON.stringify(clock)} (RACE_LAB_CLOCK): use ${CLOCKS.join(', ')}`,
    );
  }
  const version = options.version ?? variable('RACE_LAB_SERVER_VERSION', env);
  const wanted = version === undefined ? undefined : parseWanted(version);
  const defaultImage = wanted === undefined ? DEFAULT_IMAGE : imageOf(wanted);
  return {
    redis: redis as ServerRequest,
    wanted,
    image: options.image ?? variable('RACE_LAB_IMAGE', env) ?? defaultImage,
    clock: clock as ServerClockMode | 'auto',
    binary: options.binary === '' ? undefined : (options.binary ?? variable('RACE_LAB_REDIS_BINARY', env)),
    args: options.args ?? [],
    allowHosts: options.allowHosts ?? [],
    notify: options.notify ?? (() => {}),
  };
}
