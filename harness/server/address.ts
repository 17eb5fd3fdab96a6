import { isIP } from 'node:net';
import { ServerError, messageOf } from './errors.js';
import type { Place } from './place.js';
import { Probe } from './probe.js';
import { Reaper } from './reaper.js';

/** A `redis://` address taken apart. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Reads `redis://host:port[/0]`; anything more than that is refused, since the rest of the lab could not honour it. */
export function parseRedisAddress(address: string): Address {
  const bad = (why: string): ServerError =>
    new ServerError('bad-request', `${withoutPassword(address)}: ${why}`);
  if (!URL.canParse(address)) throw bad('not an address, write redis://127.0.0.1:6379');
  const url = new URL(address);
  if (url.username || url.password) throw bad('servers with a password are not supported');
  if (url.hostname === '') throw bad('no host, write redis://127.0.0.1:6379');
  if (url.search || url.hash) throw bad('nothing may follow the port');
  if (!['', '/', '/0'].includes(url.pathname)) {
    throw bad('the lab needs the whole server, so a database other than 0 cannot be chosen');
  }
  return { host: url.hostname.replaceAll(/^\[|\]$/g, ''), port: Number(url.port || 6379) };
}

/** Whether a literal address can only mean this machine. */
export function isLoopback(host: string): boolean {
  const plain = host.toLowerCase().replace(/^::ffff:/, '');
  return (isIP(plain) === 4 && plain.startsWith('127.')) || plain === '::1';
}

/**
 * Takes a server that somebody else runs. The lab flushes, so it must be on this machine (or allowed by name) **and**
 * completely empty; nothing is changed before both are known.
 */
export async function useAddress(text: string, allowHosts: readonly string[]): Promise<Place> {
  const { host, port } = parseRedisAddress(text);
  const address = `redis://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const allowed = allowHosts.some((name) => name.toLowerCase() === host.toLowerCase());
  const notLoopback = (where: string): ServerError =>
    new ServerError(
      'not-loopback',
      `${where} is not this machine, and the lab flushes the server it works on. If that is meant, allow the host ${host} explicitly`,
    );
  if (!allowed && !isLoopback(host) && host.toLowerCase() !== 'localhost') throw notLoopback(address);

  const unreachable = (error: unknown): ServerError =>
    new ServerError(
      'unreachable',
      `${address} does not answer: ${messageOf(error)}. Is a Redis running there?`,
      { cause: error },
    );
  const probe = await Probe.connect({ host, port }).catch((error: unknown) => {
    throw unreachable(error);
  });
  // A name may stand for several servers: what is checked here and what is flushed later must be the same one.
  const endpoint = { host: probe.remoteAddress ?? host, port };
  try {
    if (!allowed && !isLoopback(endpoint.host)) throw notLoopback(`${address} (${endpoint.host})`);
    await refuseUnlessUsable(probe, address, unreachable);
  } finally {
    probe.close();
  }

  const lease = Reaper.get().lease();
  // It was empty when it was lent, so it is given back empty, also when this process is killed.
  lease.add({ flush: endpoint });
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    const last = await Probe.connect(endpoint).catch(() => undefined);
    await last?.call('FLUSHALL');
    last?.close();
    lease.release();
  };
  return { endpoint, source: 'address', description: address, stop: () => (stopping ??= stop()) };
}

async function refuseUnlessUsable(
  probe: Probe,
  address: string,
  unreachable: (error: unknown) => ServerError,
): Promise<void> {
  const ask = async (section: string): Promise<string> => {
    const reply = await probe.call('INFO', section);
    if (typeof reply === 'string') return reply;
    if (reply instanceof Error && reply.message.startsWith('NOAUTH')) {
      throw new ServerError(
        'bad-request',
        `${address} wants a password; servers with a password are not supported`,
      );
    }
    throw unreachable(reply instanceof Error ? reply : new Error('it does not answer INFO as a Redis does'));
  };
  if (!(await ask('server')).includes('redis_version:')) throw unreachable(new Error('it is not a Redis'));
  if (/^role:slave/m.test(await ask('replication'))) {
    throw new ServerError('bad-request', `${address} is a replica; the lab needs a server it can write to`);
  }
  const databases = [...(await ask('keyspace')).matchAll(/^(db\d+):keys=(\d+)/gm)].map(
    (match) => `${match[1]}: ${match[2]} keys`,
  );
  if (databases.length === 0) return;
  throw new ServerError(
    'not-empty',
    `${address} is not empty (${databases.join(', ')}) and the lab would delete that; nothing was touched. ` +
      'Use an empty server, or empty this one yourself with FLUSHALL',
  );
}

/** For messages: what stands before the `@` may be a secret. */
function withoutPassword(address: string): string {
  return address.replace(/\/\/[^/@]*@/, '//…@');
}
