import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ServerError, messageOf } from './errors.js';

/** How to speak HTTP to a container engine; plain data, so that it can be handed to the reaper. */
export interface Engine {
  readonly options: { readonly socketPath: string } | { readonly host: string; readonly port: number };
  /** Folder with `ca.pem`, `cert.pem` and `key.pem`, when the engine wants TLS. */
  readonly tls?: string;
  /** The address as a person writes it. */
  readonly address: string;
}

/**
 * The container engine that answers, found without loading testcontainers, which takes half a second: an address that
 * was configured (`DOCKER_HOST`, `~/.testcontainers.properties`), else the usual sockets, in testcontainers' order.
 * Rejects with code `no-docker`; `missing` on that error tells "there is none" from "there is one and it is broken".
 */
export async function findEngine(env: NodeJS.ProcessEnv = process.env): Promise<Engine> {
  const configured = configuredAddress(env);
  const candidates = configured ? [configured] : usualSockets(env).map((path) => `unix://${path}`);
  let complaint: string | undefined;
  for (const address of candidates) {
    try {
      const engine = parseAddress(address, env);
      await ping(engine);
      return engine;
    } catch (error) {
      // A socket that does not exist is no news unless it was asked for.
      if (!configured && (error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      complaint ??= `${address}: ${messageOf(error)}`;
    }
  }
  throw new NoEngine(complaint);
}

/** No engine: `present` when something is configured or listening that could not be used. */
export class NoEngine extends ServerError {
  readonly present: boolean;

  constructor(complaint: string | undefined) {
    const what = complaint ? `no container engine answers at ${complaint}` : 'no container engine was found';
    super('no-docker', `${what}. Start Docker (or set DOCKER_HOST), or use --redis process`);
    this.present = complaint !== undefined;
  }
}

function configuredAddress(env: NodeJS.ProcessEnv): string | undefined {
  if (env['DOCKER_HOST']) return env['DOCKER_HOST'];
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
  return [
    '/var/run/docker.sock',
    ...(env['XDG_RUNTIME_DIR'] ? [join(env['XDG_RUNTIME_DIR'], 'docker.sock')] : []),
    join(home, '.docker', 'run', 'docker.sock'),
    join(home, '.docker', 'desktop', 'docker.sock'),
    `/run/user/${process.getuid?.() ?? 0}/docker.sock`,
  ];
}

/** Reads an address such as `unix:///var/run/docker.sock` or `tcp://docker:2375`. */
export function parseAddress(address: string, env: NodeJS.ProcessEnv): Engine {
  const local = /^(?:unix|npipe):\/\/(.+)$/.exec(address)?.[1];
  if (local) return { options: { socketPath: local }, address };
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !['tcp:', 'http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    throw new Error('only unix://, npipe:// and tcp:// addresses are supported');
  }
  const tls =
    env['DOCKER_TLS_VERIFY'] === '1' && env['DOCKER_CERT_PATH'] ? env['DOCKER_CERT_PATH'] : undefined;
  const host = url.hostname.replaceAll(/[[\]]/g, '');
  const port = Number(url.port || (tls ? 2376 : 2375));
  return { options: { host, port }, ...(tls ? { tls } : {}), address };
}

/** One answer of the engine's HTTP interface. */
export interface EngineReply {
  readonly status: number;
  readonly body: string;
}

/** One request to the engine. */
export function askEngine(
  engine: Engine,
  method: string,
  path: string,
  timeout: number,
): Promise<EngineReply> {
  const files = Object.fromEntries(
    engine.tls
      ? ['ca', 'cert', 'key'].map((name) => [name, readFileSync(join(engine.tls ?? '', `${name}.pem`))])
      : [],
  );
  const request = engine.tls ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const call = request({ ...engine.options, ...files, method, path, timeout, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    call.on('timeout', () => call.destroy(new Error(`no answer within ${timeout} ms`)));
    call.on('error', reject);
    call.end();
  });
}

async function ping(engine: Engine): Promise<void> {
  const { status, body } = await askEngine(engine, 'GET', '/_ping', 2_000);
  if (status !== 200) throw new Error(`it answers ${status} ${body.slice(0, 100)}`.trim());
}
