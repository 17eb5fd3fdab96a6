import { ServerError } from '../errors.js';
import type { ServerProduct } from '../types.js';

/** A server that was asked for by what it is, wherever it comes from. @internal */
export interface WantedServer {
  readonly product: ServerProduct;
  /** Its version, or the beginning of it: `8`, `8.0`. */
  readonly version: string;
}

/** How its setting is named to people. */
const SETTING = 'RACE_LAB_SERVER_VERSION or --server-version';

/**
 * Reads `redis-8`, `valkey-8.1`; without a name it is Redis.
 *
 * @throws ServerError (`bad-request`) when it is none of these
 * @internal
 */
export function parseWanted(text: string): WantedServer {
  const [, name, version] = /^(?:(redis|valkey)-)?(\d{1,3}(?:\.\d{1,3}){0,2})$/.exec(text) ?? [];
  if (version === undefined)
    throw new ServerError(
      'bad-request',
      `unknown server ${JSON.stringify(text)} (${SETTING}): say which and its version, as in redis-8, redis-7.0, valkey-8`,
    );
  return { product: name === 'valkey' ? 'valkey' : 'redis', version };
}

/** Whether a server is the one that is wanted. @internal */
export function fits(
  wanted: WantedServer,
  { product, version }: { readonly product: ServerProduct; readonly version: string },
): boolean {
  return product === wanted.product && `${version}.`.startsWith(`${wanted.version}.`);
}

/** Refuses a server that is not the wanted one. @param what - the server in words @internal */
export function refuseOther(
  wanted: WantedServer | undefined,
  found: { readonly product: ServerProduct; readonly version: string },
  what: string,
): void {
  if (wanted === undefined || fits(wanted, found)) return;
  throw new ServerError(
    'bad-request',
    `${what} is ${productText(found)}, and ${productText(wanted)} was asked for (${SETTING})`,
  );
}

/** The official image of a wanted server. @internal */
export function imageOf({ product, version }: WantedServer): string {
  return `${product === 'valkey' ? 'valkey/valkey' : 'redis'}:${version}-alpine`;
}

/** For example `Valkey 8`. @internal */
export function productText({ product, version }: WantedServer): string {
  return `${product === 'valkey' ? 'Valkey' : 'Redis'} ${version}`;
}
