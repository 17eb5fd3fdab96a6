import { defined } from '../../base/defined.js';
import type { Environment } from '../../execution/host/environment.js';
import type { Limits } from '../../execution/host/limits.js';
import type { RedisServer, ServerRequest, StartServerOptions } from '../../server/types.js';
import type { ServerFlags } from './server-flags.js';
import type { CliContext, Runner } from './context.js';
import { Interrupted } from './errors.js';
import type { ProgressLine } from '../../report/terminal/progress-line.js';

/** The options as `startServer` takes them. @param notify - called with lines for people @internal */
export function serverOptions(
  { redis, image, serverVersion: version, allowHost }: ServerFlags,
  notify: (line: string) => void,
): StartServerOptions {
  const given = { redis: redis as ServerRequest | undefined, image, version, allowHosts: allowHost };
  return { ...defined(given), notify };
}

/** A server, and an environment on it. @internal */
export interface ServerSession {
  readonly server: RedisServer;
  readonly environment: Environment;
}

/**
 * Starts a server and connects to it.
 *
 * @param limits - real time that the lab waits; default: what is usual
 * @returns both, and what gives them back
 * @throws ServerError when none can be had, Interrupted when the user does not want to wait for it
 * @internal
 */
export async function openSeat(
  { signal }: Pick<CliContext, 'signal'>,
  runner: Runner,
  flags: ServerFlags,
  progress: ProgressLine,
  limits?: Limits,
): Promise<ServerSession & { close(): Promise<void> }> {
  progress.say('starting Redis');
  const starting = runner.startServer(serverOptions(flags, (line) => progress.note(line)));
  const server = await orInterrupted(starting, signal).finally(() => progress.clear());
  try {
    const environment = (await runner.openEnvironment(server, limits)) as Environment;
    const close = async (): Promise<void> => {
      environment.close();
      progress.clear();
      await server.stop();
    };
    return { server, environment, close };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/**
 * Runs `body` with a server, and stops the server whatever happens.
 *
 * @throws as `openSeat` does
 * @internal
 */
export async function withServer<T>(
  context: CliContext,
  runner: Runner,
  flags: ServerFlags,
  progress: ProgressLine,
  body: (session: ServerSession) => Promise<T>,
  limits?: Limits,
): Promise<T> {
  const seat = await openSeat(context, runner, flags, progress, limits);
  try {
    return await body(seat);
  } finally {
    await seat.close();
  }
}

/** Whether another execution could begin there: its server still answers. @internal */
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
