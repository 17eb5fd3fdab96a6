import type { RedisServer, ServerClockMode, ServerProduct, ServerSource } from './types.js';

/**
 * Which Redis an execution ran on, as records and results keep it.
 *
 * @public
 */
export interface ServerIdentity {
  /** As the server reports it, for example `7.0.15`. */
  readonly version: string;
  /** Redis or Valkey. */
  readonly product: ServerProduct;
  /** What kind of place it came from. */
  readonly source: ServerSource;
  /** How its wall clock is controlled. */
  readonly clock: ServerClockMode;
}

/**
 * What records and results keep of a server; nothing of it belongs to this machine only, as paths and process ids do.
 *
 * @internal
 */
export function identityOf({ version, product, source, clockMode }: RedisServer): ServerIdentity {
  return { version, product, source, clock: clockMode };
}

/**
 * The identity of a server in words, for example `Valkey 8.1.3 (process, clock shim)`.
 *
 * @param identity - also one that was read from a record, where every part is any text
 * @internal
 */
export function serverText({
  version,
  product,
  source,
  clock,
}: Readonly<Record<keyof ServerIdentity, string>>): string {
  return `${product === 'valkey' ? 'Valkey' : 'Redis'} ${version} (${source}, clock ${clock})`;
}
