import { once } from '../../base/once.js';
import { count } from '../../base/text.js';
import { ServerError, messageOf } from '../errors.js';
import type { Place } from '../place.js';
import { Probe } from '../probe/probe.js';
import type { Endpoint } from '../types.js';
import { isLoopback, parseRedisAddress } from './address.js';
import { Borrowed } from './borrowed.js';

/**
 * Uses a server that somebody else runs. The lab flushes, so it must be on this machine (or allowed by name) **and**
 * completely empty; nothing is changed before both are known.
 *
 * @param text - `redis://host:port`
 * @param allowHosts - hosts that may be used although they are not this machine
 * @throws ServerError that says why the server cannot be used
 * @internal
 */
export async function useAddress(text: string, allowHosts: readonly string[]): Promise<Place> {
  const { host, port } = parseRedisAddress(text);
  const address = `redis://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const allowed = allowHosts.some((name) => name.toLowerCase() === host.toLowerCase());
  if (!allowed && !isLoopback(host) && host.toLowerCase() !== 'localhost') throw notLoopback(address, host);
  const probe = await Probe.connect({ host, port }).catch((error: unknown) => {
    throw unreachable(address, error);
  });
  // A name may stand for several servers: what is checked here and what is flushed later must be the same one.
  const endpoint = { host: probe.remoteAddress ?? host, port };
  try {
    if (!allowed && !isLoopback(endpoint.host)) throw notLoopback(`${address} (${endpoint.host})`, host);
    await refuseUnlessUsable(probe, address);
    return await borrow(endpoint, address, probe);
  } finally {
    probe.close();
  }
}

/** It was empty when it was lent, so it is given back empty, also when this process is killed. */
async function borrow(endpoint: Endpoint, address: string, probe: Probe): Promise<Place> {
  const lent = await Borrowed.open(endpoint, address);
  try {
    // Only now: whatever comes later is seen.
    await refuseUnlessUsable(probe, address);
  } catch (error) {
    lent.forget();
    throw error;
  }
  return { endpoint, source: 'address', description: address, lent, stop: once(() => lent.giveBack()) };
}

async function refuseUnlessUsable(probe: Probe, address: string): Promise<void> {
  if (!(await info(probe, 'server', address)).includes('redis_version:'))
    throw unreachable(address, new Error('it is not a Redis'));
  if (/^role:slave/m.test(await info(probe, 'replication', address))) {
    throw new ServerError('bad-request', `${address} is a replica; the lab needs a server it can write to`);
  }
  const keyspace = await info(probe, 'keyspace', address);
  const databases = Array.from(
    keyspace.matchAll(/^(db\d+):keys=(\d+)/gm),
    ([, database, keys]) => `${database}: ${keys} keys`,
  );
  await refuseWithoutEmptying(probe, address);
  const functions = await probe.call('FUNCTION', 'LIST');
  if (Array.isArray(functions) && functions.length > 0)
    databases.push(count(functions.length, 'function library', 'function libraries'));
  if (databases.length === 0) return;
  throw new ServerError(
    'not-empty',
    `${address} is not empty (${databases.join(', ')}) and the lab would delete that; nothing was touched. ` +
      'Use an empty server, or empty this one yourself with FLUSHALL',
  );
}

/** One section of what INFO says. */
async function info(probe: Probe, section: string, address: string): Promise<string> {
  const reply = await probe.call('INFO', section);
  if (typeof reply === 'string') return reply;
  if (reply instanceof Error && reply.message.startsWith('NOAUTH')) {
    throw new ServerError(
      'bad-request',
      `${address} wants a password; servers with a password are not supported`,
    );
  }
  if (isRefusal(reply)) throw withoutCommand(address, 'INFO', reply);
  throw unreachable(
    address,
    reply instanceof Error ? reply : new Error('it does not answer INFO as a Redis does'),
  );
}

/** No Redis understands this, so that nothing is emptied; but whether it would be allowed, it says before. */
async function refuseWithoutEmptying(probe: Probe, address: string): Promise<void> {
  const reply = await probe.call('FLUSHALL', 'race-lab-asks-only');
  if (isRefusal(reply)) throw withoutCommand(address, 'FLUSHALL', reply);
}

function isRefusal(reply: unknown): reply is Error {
  return reply instanceof Error && /^NOPERM|unknown command/i.test(reply.message);
}

function withoutCommand(address: string, command: string, { message }: Error): ServerError {
  return new ServerError(
    'bad-request',
    `${address} does not run ${command} for the lab: ${message}. The lab needs it, so nothing was touched. ` +
      'Use a server whose default user may run every command',
  );
}

function notLoopback(where: string, host: string): ServerError {
  return new ServerError(
    'not-loopback',
    `${where} is not this machine, and the lab flushes the server it works on. If that is meant, allow the host ${host} explicitly`,
  );
}

function unreachable(address: string, error: unknown): ServerError {
  return new ServerError(
    'unreachable',
    `${address} does not answer: ${messageOf(error)}. Is a Redis running there?`,
    { cause: error },
  );
}
