import { afterEach } from 'vitest';
import { startServer } from '../start.js';
import { Probe } from '../probe/probe.js';
import type { RedisServer, StartServerOptions } from '../types.js';

/** Servers and connections of a test. */
export interface Started {
  /** Starts a server and connects to it. */
  readonly start: (
    options?: StartServerOptions,
  ) => Promise<{ readonly server: RedisServer; readonly probe: Probe }>;
  /** Connects to a server. */
  readonly connect: (server: Pick<RedisServer, 'endpoint'>) => Promise<Probe>;
  /** Leaves a server to be stopped. @returns the same */
  readonly keep: (server: RedisServer) => RedisServer;
}

/**
 * Starts servers for the tests of a file, and ends them with their connections after each test.
 *
 * @param defaults - options of every server
 */
export function started(defaults: StartServerOptions): Started {
  const servers: RedisServer[] = [];
  const probes: Probe[] = [];
  afterEach(async () => {
    for (const probe of probes.splice(0)) probe.close();
    // The last one first: it may be an address at which an earlier one answers.
    for (const server of servers.splice(0).reverse()) await server.stop();
  });
  const keep = (server: RedisServer): RedisServer => {
    servers.push(server);
    return server;
  };
  const connect = async ({ endpoint }: Pick<RedisServer, 'endpoint'>): Promise<Probe> => {
    const probe = await Probe.connect(endpoint);
    probes.push(probe);
    return probe;
  };
  const start: Started['start'] = async (options) => {
    const server = keep(await startServer({ ...defaults, ...options }));
    return { server, probe: await connect(server) };
  };
  return { start, connect, keep };
}
