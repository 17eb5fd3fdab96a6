/** Who may ask: only the page that this server gave to the person who has its address. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** First part of every path: a browser keeps what was solved for it, whatever port and token come next. @internal */
export const ROOM = 'play';

/** A request that is answered with nothing but the reason. @internal */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(
    /** Of HTTP. */
    readonly status: 400 | 403 | 404 | 405 | 413 | 415 | 421,
    message: string,
  ) {
    super(message);
  }
}

/** What a request must have. @internal */
export interface Entry {
  readonly port: number;
  /** Second part of every path. */
  readonly token: string;
}

/**
 * Checks where a request comes from, before anything of it is read.
 *
 * - `Host`: a page of another name whose address was changed to this machine says its own name.
 * - `Origin` and `Sec-Fetch-Site`: browsers say which page asks; what changes something must say so.
 * - The token: other users of this machine do not know it. It is compared in constant time.
 *
 * @returns the rest of the path: empty for the page itself
 * @throws Refused
 * @internal
 */
export function admitted({ method, headers, url = '/' }: IncomingMessage, { port, token }: Entry): string {
  const { host = '', origin, 'sec-fetch-site': site } = headers;
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`)
    throw new Refused(421, 'this server is only spoken to as 127.0.0.1');
  const asks = method === 'POST';
  if (method !== 'GET' && !asks) throw new Refused(405, 'only GET and POST');
  if ((asks || origin !== undefined) && origin !== `http://${host}`)
    throw new Refused(403, 'another page may not ask here');
  const sites = asks ? ['same-origin'] : ['same-origin', 'none'];
  if (site !== undefined && !sites.includes(String(site)))
    throw new Refused(403, 'another page may not ask here');
  const [, room, given = '', ...rest] = url.replace(/[?#].*$/, '').split('/');
  if (!isSame(given, token) || room !== ROOM)
    throw new Refused(403, 'this address is not the one that race-lab play has printed: the token is wrong');
  // Below an address without it, the page would ask elsewhere.
  if (rest.length === 0) throw new Refused(404, 'the address of the page ends with a slash');
  if (asks && !/^application\/json\b/.test(headers['content-type'] ?? ''))
    throw new Refused(415, 'only JSON is read');
  return rest.join('/');
}

/** Takes equally long for every token. */
function isSame(given: string, token: string): boolean {
  const [one, other] = [given, token].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(one!, other!);
}
