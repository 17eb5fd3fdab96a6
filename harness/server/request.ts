import { ServerError } from './errors.js';
import type { ServerClockMode, ServerRequest, StartServerOptions } from './types.js';

/** The image that is used when nothing else is asked for: the current official one, and small. */
export const DEFAULT_IMAGE = 'redis:8-alpine';

/** `StartServerOptions` with the environment's defaults filled in and everything checked. */
export interface ResolvedRequest {
  readonly redis: ServerRequest;
  readonly image: string;
  readonly clock: ServerClockMode | 'auto';
  readonly binary: string | undefined;
  readonly args: readonly string[];
  readonly allowHosts: readonly string[];
  readonly notify: (line: string) => void;
}

const KINDS: readonly string[] = ['auto', 'container', 'process'];
const CLOCKS: readonly string[] = ['auto', 'shim', 'ttl-shift', 'real'];

/** Options first, then `RACE_LAB_*`, then the defaults. An empty variable counts as not set. */
export function resolveRequest(
  options: StartServerOptions = {},
  env: NodeJS.ProcessEnv = process.env,
): ResolvedRequest {
  const redis = options.redis ?? (env['RACE_LAB_REDIS'] || 'auto');
  if (!KINDS.includes(redis) && !redis.startsWith('redis://')) {
    const hint = redis.includes('://')
      ? 'only redis:// addresses are supported, without TLS'
      : 'use auto, container, process or redis://host:port';
    throw new ServerError(
      'bad-request',
      `unknown Redis ${JSON.stringify(redis)} (RACE_LAB_REDIS or --redis): ${hint}`,
    );
  }
  const clock = options.clock ?? (env['RACE_LAB_CLOCK'] || 'auto');
  if (!CLOCKS.includes(clock)) {
    throw new ServerError(
      'bad-request',
      `unknown clock ${JSON.stringify(clock)} (RACE_LAB_CLOCK): use ${CLOCKS.join(', ')}`,
    );
  }
  return {
    redis: redis as ServerRequest,
    image: options.image ?? (env['RACE_LAB_IMAGE'] || DEFAULT_IMAGE),
    clock: clock as ServerClockMode | 'auto',
    binary: options.binary ?? (env['RACE_LAB_REDIS_BINARY'] || undefined),
    args: options.args ?? [],
    allowHosts: options.allowHosts ?? [],
    notify: options.notify ?? (() => {}),
  };
}
