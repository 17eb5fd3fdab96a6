import { defined } from '../base/defined.js';

/** Where a socket is to connect to, as callers of `node:net` and `node:tls` say it. @internal */
export interface ConnectOptions {
  /** Host name or address. */
  readonly host?: string;
  /** Of the host. */
  readonly port?: number | string;
  /** Of a unix socket. */
  readonly path?: string;
  /** The name that a TLS server is to have. */
  readonly servername?: string;
}

/** What `connect` of `node:net` and `node:tls` accept, once sorted out. @internal */
export interface Connect {
  /** Where to. */
  readonly options: ConnectOptions;
  /** Called once it has connected. */
  readonly callback: (() => void) | undefined;
}

/**
 * Sorts out `(options, callback)`, `(port, host, callback)`, `(port, host, options, callback)` and `(path, callback)`.
 *
 * @internal
 */
export function connectOf(args: readonly unknown[]): Connect {
  // `net.connect` hands on a list that it sorted out itself.
  const list = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
  const given = list.filter((arg) => typeof arg === 'object' && arg !== null) as ConnectOptions[];
  const callback = list.find((arg) => typeof arg === 'function') as (() => void) | undefined;
  if (typeof list[0] === 'object' && list[0] !== null) return { options: given[0]!, callback };
  if (typeof list[0] === 'string' && Number.isNaN(Number(list[0])))
    return { options: { ...given[0], path: list[0] }, callback };
  const host = typeof list[1] === 'string' ? list[1] : undefined;
  return {
    options: { ...given[0], port: list[0] as number, ...defined({ host }) },
    callback,
  };
}

/** `host:port`, or the path of a unix socket. @internal */
export function addressText({ host, port, path }: ConnectOptions): string {
  return path ?? `${host ?? 'localhost'}:${port}`;
}

const LOCAL = ['localhost', '127.0.0.1', '::1', '0.0.0.0'];

/** Do two addresses, as `addressText` writes them, mean the same? @internal */
export function isSameAddress(one: string, other: string): boolean {
  return canonical(one) === canonical(other);
}

function canonical(address: string): string {
  const at = address.lastIndexOf(':');
  return at >= 0 && LOCAL.includes(address.slice(0, at)) ? `localhost${address.slice(at)}` : address;
}
