import type { Control } from '../wire/upstream/control.js';
import { within, type StoredKey } from './keys-with-deadline.js';

/** A deadline that is over before the next command but one, and yet lies in the future when it is set. */
const SOON_MS = 1;
/** Questions at most until a key is gone; each takes some time itself. */
const ASKED_MAX = 10_000;

/**
 * Has the server notice that keys have expired, one after the other, with the messages that it sends then. A key whose
 * deadline has not come by the server's own clock is given one that has come in a moment.
 *
 * @throws ServerGoneError
 * @internal
 */
export async function expireNow(control: Control, keys: readonly StoredKey[]): Promise<void> {
  for (const { database, name } of keys) {
    if (!(await isThere(control, database, name))) continue;
    await within(control, database, () => control.tryCall('PEXPIRE', name, SOON_MS));
    for (let asked = 0; asked < ASKED_MAX; asked++) if (!(await isThere(control, database, name))) break;
  }
}

/** To ask for a key that has expired is what makes the server say so. */
async function isThere(control: Control, database: number, name: Buffer): Promise<boolean> {
  return Number(await within(control, database, () => control.tryCall('EXISTS', name))) === 1;
}
