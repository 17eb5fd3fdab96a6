import type { PastTheLab } from '../../base/flow.js';
import type { OutsideClient } from '../../clock/other-redis.js';
import type { Endpoint } from '../../server/types.js';

const CURE =
  'What goes there is not under the lab: no order, no fault, no clean store. Hand your code the client that the worker is ' +
  'given (redis) or one of connect(), or let it make its own from clientOptions (ioredis) or url (any client), or make the ' +
  "scenario's clients with createClient. A client that your application makes by itself becomes the lab's where the scenario " +
  "says so: app: { clients: [redis] }, or app: { addresses: ['redis://localhost:6379'] }";

/**
 * A worker, the setup or an invariant has to do with a Redis that is not the lab's.
 *
 * @internal
 */
export class PastTheLabError extends Error {
  override name = 'PastTheLabError';

  private constructor(
    what: string,
    /** `file:line:column`, where it is known. */
    readonly place: string | undefined,
  ) {
    super(`${what}${place === undefined ? '' : ` (${place})`}. ${CURE}`);
  }

  /** It was seen. @param who - the worker, `the setup`, or the invariant */
  static seen(who: string, { address, command, place }: PastTheLab): PastTheLabError {
    const what = command === undefined ? `connects to ${address}` : `sends ${command} to ${address}`;
    return new PastTheLabError(`${who} ${what} past the lab, by a client that is not the lab's`, place);
  }

  /** Somebody waits for nothing that the lab knows, and there is such a client. */
  static waited(who: string, { address, how }: OutsideClient, place: string | undefined): PastTheLabError {
    const what = `a client of this process that is not the lab's, for ${address} (${how})`;
    return new PastTheLabError(`${who} seems to wait for ${what}: past the lab`, place);
  }
}

/** Is that the lab's own server? Setup and invariants may ask it by any client. @internal */
export function isAt(endpoint: Endpoint, address: string): boolean {
  if ('path' in endpoint) return address === endpoint.path;
  const { host, port } = endpoint;
  const local = ['localhost', '127.0.0.1', '::1'];
  const hosts = local.includes(host) ? local : [host];
  return hosts.some((name) => address === `${name}:${port}`);
}
