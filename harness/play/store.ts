import { printable } from '../wire/resp.js';
import type { Environment } from '../execution/host/environment.js';
import { readValue } from '../execution/traffic/values.js';

/** More keys than anybody looks at. */
const KEYS_MAX = 50;

/** A key of the store, as text for people. @internal */
export interface StoredKey {
  readonly key: string;
  readonly value: string;
  /** Virtual ms until it is gone; null where it stays, or where the clock of the server is not the lab's. */
  readonly ttlMs: number | null;
}

/**
 * What is in database 0 now, in the order of the names. A server that does not answer shows nothing: what is wrong with it is part of
 * the game.
 *
 * @internal
 */
export async function readStore({
  control,
  health,
  serverClock,
}: Environment): Promise<readonly StoredKey[]> {
  if (health.silent || health.fault !== undefined) return [];
  const names = new Map<string, Buffer>();
  for (const key of await control.tryList('KEYS', '*')) names.set(key.toString('latin1'), key);
  const keys: StoredKey[] = [];
  for (const name of [...names.keys()].sort().slice(0, KEYS_MAX)) {
    const key = names.get(name)!;
    const value = await readValue(control, key);
    if (value === null) continue;
    const ttl = serverClock.mode === 'shim' ? await control.tryCall('PTTL', key) : -1;
    keys.push({ key: printable(key), value, ttlMs: typeof ttl === 'number' && ttl >= 0 ? ttl : null });
  }
  return keys;
}
