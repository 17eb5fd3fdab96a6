import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ScenarioError } from '../../base/scenario-error.js';
import { shown } from '../../base/shown.js';
import { heldOrigin } from '../../clock/watches/fetches.js';
import { runningFor } from '../running.js';

/**
 * What a client of undici needs to come in: `new Client(api.origin, api.clientOptions)`, and the same for `Pool` and `Agent`.
 *
 * @public
 */
export interface HttpClientOptions {
  /** Makes the connection, within this process. */
  readonly connect: (
    options: object,
    callback: (...outcome: [error: null, socket: Socket] | [error: Error, socket: null]) => void,
  ) => void;
  /** No timeout by itself: undici counts it in ticks that go on for ever. `AbortSignal.timeout` is in virtual time. */
  readonly headersTimeout: 0;
  /** The same for the body. */
  readonly bodyTimeout: 0;
}

/**
 * A server of HTTP and the way to it, within this process and under the lab's control: each request that arrives and each
 * response that does is a step, and faults may strike at them.
 *
 * @public
 */
export interface HttpService {
  /** What its steps are called after. */
  readonly name: string;
  /** Where clients find it: `http://api.race-lab.test`. */
  readonly origin: string;
  /**
   * Lets a server of `node:http`, with whatever framework on top, answer what is asked of the service from now on. To be
   * called in the worker that is the server's process; it does not listen on a port.
   */
  readonly serve: (server: Server) => void;
  /** For clients of undici. */
  readonly clientOptions: HttpClientOptions;
  /** For clients of `node:http`: `request({ createConnection: api.createConnection })`. */
  readonly createConnection: () => Duplex;
}

const NAME = /^[a-z][a-z\d-]*$/;

/**
 * A service that is spoken to by HTTP, such as an API in front of Redis. One worker, usually in the background, is its server;
 * others are its clients. Real servers and real clients, with a connection between them that the lab holds: what one side
 * has written by the time that nothing can move arrives as one step, and connections break as real ones do.
 *
 * @param name - lower-case letters, digits and hyphens
 * @throws ScenarioError for another name
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { explore, httpService, invariant, scenario } from 'redis-race-lab';
 * import { Client } from 'undici';
 *
 * const api = httpService('api');
 * const visits = scenario({
 *   name: 'visits',
 *   workers: [
 *     async () => {
 *       const client = new Client(api.origin, api.clientOptions);
 *       const visit = async () => {
 *         const { body } = await client.request({ method: 'POST', path: '/visits' });
 *         await body.dump();
 *       };
 *       // Nobody knows whether the first one came through.
 *       await visit().catch(visit);
 *     },
 *   ],
 *   background: async ({ redis }) => {
 *     api.serve(createServer((_request, response) => void redis.incr('visits').then((n) => response.end(`${n}`))));
 *   },
 *   faults: { kinds: [{ kind: 'reset-after-apply', at: { http: true } }] },
 *   invariants: [
 *     invariant('one visit', async ({ redis }) => {
 *       const observed = String(await redis.get('visits'));
 *       if (observed !== '1') return { expected: '1', observed };
 *     }),
 *   ],
 * });
 * console.log((await explore(visits)).message); // one visit: expected 1, observed 2
 * ```
 * @public
 */
export function httpService(name: string): HttpService {
  if (typeof name !== 'string' || !NAME.test(name))
    throw new ScenarioError(`a service needs a name such as httpService('api'), not ${shown(name)}`);
  const connect = (): Duplex => {
    const { running, flow } = runningFor(`a client connects to the service "${name}"`);
    return running.http.connect(name, flow);
  };
  return {
    name,
    origin: heldOrigin(name),
    serve: (server) => {
      const { running, flow } = runningFor(`serve() of the service "${name}" was called`);
      if (flow.worker === 0)
        throw new ScenarioError(
          `"${name}" is served by a worker, for example in the background, not by setup`,
        );
      running.http.serve(name, server, flow);
    },
    clientOptions: {
      connect: (_options, callback) => {
        // Never before it returns: undici is not ready for that.
        process.nextTick(() => {
          let socket: Duplex;
          try {
            socket = connect();
          } catch (error) {
            callback(error as Error, null);
            return;
          }
          // It has all that clients ask of a socket.
          callback(null, socket as Socket);
        });
      },
      headersTimeout: 0,
      bodyTimeout: 0,
    },
    createConnection: connect,
  };
}
