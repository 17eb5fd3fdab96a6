import type { DeadlineQuestion } from './server-clock.js';
import { isReplyError } from '../wire/resp.js';
import type { Control } from '../wire/upstream/control.js';
import { ServerGoneError } from '../wire/upstream/waiting.js';

/** Keys of one database that are looked at one by one. */
const KEYS_MAX = 10_000;

/** A key of the store. @internal */
export interface StoredKey {
  /** Number of its database. */
  readonly database: number;
  readonly name: Buffer;
}

/**
 * Lists the keys of every database in which some key has a deadline.
 *
 * @returns undefined where there are too many keys to look at
 * @internal
 */
export async function keysWhereSomeExpire(control: Control): Promise<readonly StoredKey[] | undefined> {
  const answer = await control.call('INFO', 'keyspace');
  const keyspace = typeof answer === 'string' ? answer : '';
  const found: StoredKey[] = [];
  for (const [, database, keys] of keyspace.matchAll(/^db(\d+):keys=(\d+),expires=[1-9]/gm)) {
    if (Number(keys) > KEYS_MAX) return undefined;
    const names = await within(control, Number(database), () => control.list('KEYS', '*'));
    found.push(...names.map((name) => ({ database: Number(database), name })));
  }
  return found;
}

/**
 * Asks keys for their deadlines.
 *
 * @returns the answers of those that have one
 * @internal
 */
export async function deadlinesOf<K extends StoredKey>(
  control: Control,
  keys: readonly K[],
  question: DeadlineQuestion['command'],
): Promise<ReadonlyMap<K, number>> {
  const answers = new Map<K, number>();
  for (const database of new Set(keys.map((key) => key.database))) {
    const here = keys.filter((key) => key.database === database);
    const ask = () => control.tryAll(here.map(({ name }) => [question, name]));
    for (const [at, answer] of (await within(control, database, ask)).entries()) {
      if (isReplyError(answer)) throw new ServerGoneError(`${question} failed: ${answer.error}`);
      if (Number(answer) >= 0) answers.set(here[at]!, Number(answer));
    }
  }
  return answers;
}

/** Asks in a database; the lab's own connection stays in database 0. @internal */
export async function within<T>(control: Control, database: number, ask: () => Promise<T>): Promise<T> {
  if (database === 0) return await ask();
  // Written at once: nothing else comes in between.
  const [, answer] = await Promise.all([control.call('SELECT', database), ask(), control.call('SELECT', 0)]);
  return answer;
}
