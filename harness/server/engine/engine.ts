import { variable } from '../machine/variable.js';

/** How to speak HTTP to a container engine; plain data, so that it can be handed to the reaper. @internal */
export interface Engine {
  readonly options: { readonly socketPath: string } | { readonly host: string; readonly port: number };
  /** Folder with `ca.pem`, `cert.pem` and `key.pem`, when the engine wants TLS. */
  readonly tls?: string;
  /** The address as a person writes it. */
  readonly address: string;
}

const PORT = 2375;
const TLS_PORT = 2376;

/**
 * Reads an address such as `unix:///var/run/docker.sock` or `tcp://docker:2375`.
 *
 * @param env - says whether TLS is wanted (`DOCKER_TLS_VERIFY`, `DOCKER_CERT_PATH`)
 * @throws Error for any other kind of address
 * @internal
 */
export function parseEngineAddress(address: string, env: NodeJS.ProcessEnv): Engine {
  const socketPath = /^(?:unix|npipe):\/\/(.+)$/.exec(address)?.[1];
  if (socketPath !== undefined) return { options: { socketPath }, address };
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !['tcp:', 'http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    throw new Error('only unix://, npipe:// and tcp:// addresses are supported');
  }
  const tls = variable('DOCKER_TLS_VERIFY', env) === '1' ? variable('DOCKER_CERT_PATH', env) : undefined;
  const host = url.hostname.replaceAll(/[[\]]/g, '');
  if (tls === undefined) return { options: { host, port: portOf(url, PORT) }, address };
  return { options: { host, port: portOf(url, TLS_PORT) }, tls, address };
}

function portOf({ port }: URL, otherwise: number): number {
  return port === '' ? otherwise : Number(port);
}
