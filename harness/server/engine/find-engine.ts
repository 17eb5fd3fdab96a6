import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ServerError, messageOf } from '../errors.js';
import { variable } from '../machine/variable.js';
import { askEngine } from './ask-engine.js';
import { parseEngineAddress, type Engine } from './engine.js';

/** No container engine answers. @internal */
export class NoEngine extends ServerError {
  /** Whether there is one, configured or listening, that cannot be used. */
  readonly present: boolean;

  /** @param complaint - address and error of the one that is there; undefined when there is none */
  constructor(complaint: string | undefined) {
    const what =
      complaint === undefined
        ? 'no container engine was found'
        : `no container engine answers at ${complaint}`;
    super('no-docker', `${what}. Start Docker (or set DOCKER_HOST), or use --redis process`);
    this.present = complaint !== undefined;
  }
}

/**
 * The container engine that answers, found without loading testcontainers, which takes half a second: an address that
 * was configured (`DOCKER_HOST`, `~/.testcontainers.properties`), else the usual sockets, in testcontainers' order.
 *
 * @throws NoEngine (`no-docker`) when none answers
 * @internal
 */
export async function findEngine(env: NodeJS.ProcessEnv = process.env): Promise<Engine> {
  const configured = configuredAddress(env);
  const candidates =
    configured === undefined ? usualSockets(env).map((path) => `unix://${path}`) : [configured];
  let complaint: string | undefined;
  for (const address of candidates) {
    try {
      const engine = parseEngineAddress(address, env);
      await ping(engine);
      return engine;
    } catch (error) {
      // A socket that does not exist is no news unless it was asked for.
      if (configured === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      complaint ??= `${address}: ${messageOf(error)}`;
    }
  }
  throw new NoEngine(complaint);
}

function configuredAddress(env: NodeJS.ProcessEnv): string | undefined {
  const given = variable('DOCKER_HOST', env);
  if (given !== undefined) return given;
  try {
    const properties = readFileSync(join(homedir(), '.testcontainers.properties'), 'utf8');
    return /^\s*(?:tc|docker)\.host\s*[=:]\s*(\S+)/m.exec(properties)?.[1]?.replaceAll('\\:', ':');
  } catch {
    return undefined;
  }
}

function usualSockets(env: NodeJS.ProcessEnv): string[] {
  if (process.platform === 'win32') return ['//./pipe/docker_engine'];
  const home = homedir();
  const runtime = variable('XDG_RUNTIME_DIR', env);
  return [
    '/var/run/docker.sock',
    ...(runtime === undefined ? [] : [join(runtime, 'docker.sock')]),
    join(home, '.docker', 'run', 'docker.sock'),
    join(home, '.docker', 'desktop', 'docker.sock'),
    `/run/user/${process.getuid?.() ?? 0}/docker.sock`,
  ];
}

async function ping(engine: Engine): Promise<void> {
  const { status, body } = await askEngine(engine, 'GET', '/_ping', 2_000);
  if (status !== 200) throw new Error(`it answers ${status} ${body.slice(0, 100)}`.trim());
}
