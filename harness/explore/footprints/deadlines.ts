import type { Control } from '../../wire/control.js';
import { key } from '../resources.js';

/** Keys that are looked at one by one; with more, any key may have a deadline. */
const KEYS_MAX = 10_000;

/**
 * The keys that have a deadline right after the setup of a scenario, as resources.
 *
 * @returns `any` where they cannot be listed
 */
export async function deadlinesAfterSetup(control: Control): Promise<ReadonlySet<string> | 'any'> {
  const answer = await control.call('INFO', 'keyspace');
  const keyspace = typeof answer === 'string' ? answer : '';
  const databases = Array.from(
    keyspace.matchAll(/^db(\d+):.*expires=([1-9]\d*)/gm),
    ([, database]) => database!,
  );
  if (databases.length === 0) return new Set();
  // The lab's own connection stays in database 0.
  if (databases.some((database) => database !== '0') || Number(await control.call('DBSIZE')) > KEYS_MAX)
    return 'any';
  const names = await control.list('KEYS', '*');
  const lives = await Promise.all(names.map((name) => control.call('PTTL', name)));
  return new Set(
    names.filter((_, at) => Number(lives[at]) >= 0).map((name) => key(0, name.toString('latin1'))),
  );
}
