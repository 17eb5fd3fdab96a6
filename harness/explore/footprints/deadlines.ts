import { deadlinesOf, keysWhereSomeExpire } from '../../server-clock/keys-with-deadline.js';
import type { Control } from '../../wire/upstream/control.js';
import { key } from '../events/resources.js';

/**
 * The keys that have a deadline right after the setup of a scenario, as resources.
 *
 * @returns `any` where they cannot be listed
 * @internal
 */
export async function deadlinesAfterSetup(control: Control): Promise<ReadonlySet<string> | 'any'> {
  const keys = await keysWhereSomeExpire(control);
  if (keys === undefined) return 'any';
  const mortal = [...(await deadlinesOf(control, keys, 'PTTL')).keys()];
  return new Set(mortal.map(({ database, name }) => key(database, name.toString('latin1'))));
}
