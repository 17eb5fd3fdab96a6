import type { Environment } from '../execution/environment.js';
import type { RedisServer, ServerRequest } from '../server/types.js';
import type { CliContext, Engine } from './context.js';
import { Interrupted } from './errors.js';
import type { Progress } from './progress.js';

/** Options that say where Redis comes from. */
export interface ServerFlags {
  readonly redis?: string;
  readonly image?: string;
  readonly allowHost?: readonly string[];
}

/** A server and connections to it, and what gives them back. */
export interface Session {
  readonly server: RedisServer;
  readonly environment: Environment;
}

/**
 * Runs `body` with a server, and stops the server whatever happens.
 *
 * @throws ServerError when none can be had, Interrupted when the user does not want to wait for it
 */
export async function withServer<T>(
  context: CliContext,
  engine: Engine,
  { redis, image, allowHost }: ServerFlags,
  progress: Progress,
  body: (session: Session) => Promise<T>,
): Promise<T> {
  progress.say('starting Redis');
  const starting = engine.startServer({
    ...(redis === undefined ? {} : { redis: redis as ServerRequest }),
    ...(image === undefined ? {} : { image }),
    ...(allowHost === undefined ? {} : { allowHosts: allowHost }),
    notify: (line) => progress.note(line),
  });
  const server = await orInterrupted(starting, context.signal);
  try {
    const environment = await engine.openEnvironment(server);
    try {
      return await body({ server, environment: environment as Environment });
    } finally {
      environment.close();
    }
  } finally {
    progress.clear();
    await server.stop();
  }
}

/** Whether another execution could begin. */
export async function isUsable(
  environment: Pick<Environment, 'restore' | 'clean' | 'emptied'>,
): Promise<boolean> {
  try {
    await environment.restore();
    environment.clean(false);
    await environment.emptied();
    return true;
  } catch {
    return false;
  }
}

/** A server that is still starting when the user gives up is stopped as soon as it is there. */
function orInterrupted(starting: Promise<RedisServer>, signal: AbortSignal): Promise<RedisServer> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      starting.then((server) => server.stop()).catch(() => {});
      reject(new Interrupted('stopped while Redis was starting'));
    };
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    starting.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
