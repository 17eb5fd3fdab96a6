import { isIP } from 'node:net';
import { ServerError } from '../errors.js';

/** A `redis://` address taken apart. @internal */
export interface Address {
  readonly host: string;
  readonly port: number;
}

const PORT = 6379;

/**
 * Reads `redis://host:port[/0]`.
 *
 * @throws ServerError (`bad-request`) for anything more than that, since the rest of the lab could not honour it
 * @internal
 */
export function parseRedisAddress(address: string): Address {
  const bad = (why: string): ServerError =>
    new ServerError('bad-request', `${withoutPassword(address)}: ${why}`);
  if (!URL.canParse(address)) throw bad('not an address, write redis://127.0.0.1:6379');
  const { username, password, hostname, port, pathname, search, hash } = new URL(address);
  if (username !== '' || password !== '') throw bad('servers with a password are not supported');
  if (hostname === '') throw bad('no host, write redis://127.0.0.1:6379');
  if (search !== '' || hash !== '') throw bad('nothing may follow the port');
  if (!['', '/', '/0'].includes(pathname)) {
    throw bad('the lab needs the whole server, so a database other than 0 cannot be chosen');
  }
  return { host: hostname.replaceAll(/^\[|\]$/g, ''), port: port === '' ? PORT : Number(port) };
}

/** Whether a literal address can only mean this machine. @internal */
export function isLoopback(host: string): boolean {
  const plain = host.toLowerCase().replace(/^::ffff:/, '');
  return (isIP(plain) === 4 && plain.startsWith('127.')) || plain === '::1';
}

/** For messages: what stands before the `@` may be a secret. */
function withoutPassword(address: string): string {
  return address.replace(/\/\/[^/@]*@/, '//…@');
}
