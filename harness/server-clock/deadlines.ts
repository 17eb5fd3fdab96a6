import { maySetDeadline } from './deadline-commands.js';
import type { ServerClock } from './server-clock.js';
import type { Control } from '../wire/upstream/control.js';
import { ERROR_REPLY, printable } from '../wire/resp.js';
import { DeadlinesBehind } from './deadlines-behind.js';
import { expireNow } from './expire-now.js';
import { deadlinesOf, keysWhereSomeExpire, type StoredKey } from './keys-with-deadline.js';

/** Keys that are gone from the same moment on. @internal */
export interface Expiry {
  /** Stable identity within a scenario: `lock.expires1`. */
  readonly id: string;
  /** For people: `lock expires`. */
  readonly label: string;
  /** Virtual wall-clock time at which they are gone: 1 ms after their deadline. */
  readonly dueMs: number;
}

/** Keys at most that are asked for behind a command: each costs the server a little. */
const BEHIND_MAX = 8;
/** Names in one label. */
const NAMES_MAX = 3;
/** Commands that leave every deadline as it is. */
const LOOKS_ONLY =
  /^(M?GET|STRLEN|GETRANGE|EXISTS|TYPE|TOUCH|P?TTL|P?EXPIRETIME|HM?GET|HGETALL|LRANGE|LLEN|S(MEMBERS|ISMEMBER|CARD)|Z(RANGE|SCORE|CARD)|P?SUBSCRIBE|PUBLISH|WATCH|MULTI|PING|CLIENT|INFO|TIME)$/;
/** Commands that give a deadline to the key that they name first, and to no other. */
const NAMES_ITS_KEY = /^(SET|P?SETEX|GETEX|P?EXPIRE(AT)?)$/;

/**
 * When keys expire, as the server says. It is asked only while somebody waits for time to pass, and only after a
 * command that may have changed a deadline; where no command gave one it is not asked at all.
 *
 * @internal
 */
export class Deadlines {
  /** Keys that may have a deadline; undefined when they are to be listed first. */
  #keys: Map<string, StoredKey> | undefined = new Map();
  /** Somebody may have changed something since the server was asked. */
  #stale = false;
  /** Keys by the moment at which they are gone, earliest first. */
  #gone: (readonly [dueMs: number, keys: StoredKey[]])[] = [];
  /** Somebody wanted to know, in this execution or in one before it. */
  #wanted = false;
  /** Keys of database 0 that had a deadline in some execution: the same ones have it again. */
  readonly #likely = new Map<string, StoredKey>();
  /** How often each expiry was a step of this execution. */
  readonly #steps = new Map<string, number>();

  constructor(
    readonly control: Control,
    readonly serverClock: ServerClock,
  ) {}

  /** The store is empty. */
  reset(): void {
    if (this.#keys?.size !== 0) this.#keys = new Map();
    this.#stale = false;
    this.#gone = [];
    this.#steps.clear();
  }

  /**
   * Takes note of a command that the server ran.
   *
   * @param name - in upper case; `args` begins with the name, too
   * @param database - where its connection is; undefined where nobody knows
   * @param reply - its frame, where it is known
   */
  note(name: string, args: readonly (string | Buffer)[], database?: string, reply?: Buffer): void {
    if (!maySetDeadline(args)) {
      // What somebody deletes, or writes anew, does not expire any more.
      if (this.#keys?.size !== 0 && !LOOKS_ONLY.test(name)) this.#stale = true;
      return;
    }
    this.#stale = true;
    if (database === undefined || !NAMES_ITS_KEY.test(name)) this.#keys = undefined;
    else if (reply?.[0] !== ERROR_REPLY && this.#keys !== undefined)
      this.#put(this.#keys, Number(database), args[1]!);
  }

  #put(keys: Map<string, StoredKey>, database: number, name: string | Buffer): void {
    const key = { database, name: Buffer.from(name) };
    keys.set(idOf(key), key);
  }

  /**
   * What to ask right behind a command of a worker, in database 0, so that nobody has to ask afterwards.
   *
   * @param name - in upper case; `args` begins with the name, too
   * @returns undefined where nothing needs to be asked
   */
  behind(name: string, args: readonly (string | Buffer)[]): DeadlinesBehind | undefined {
    // Where deadlines are parked that comes after the command, too.
    if (!this.#wanted || this.serverClock.mode !== 'shim') return undefined;
    const sets = maySetDeadline(args);
    if (!this.#stale && !sets && (this.#keys?.size === 0 || LOOKS_ONLY.test(name))) return undefined;
    const certain = this.#keys !== undefined && (!sets || NAMES_ITS_KEY.test(name));
    const keys = new Map(this.#keys ?? []);
    if (!certain) for (const [id, key] of this.#likely) keys.set(id, key);
    // Without a key it is an error.
    if (sets && NAMES_ITS_KEY.test(name) && args.length > 1) this.#put(keys, 0, args[1]!);
    const asked = [...keys.values()];
    if (asked.length > BEHIND_MAX || asked.some(({ database }) => database !== 0)) return undefined;
    return new DeadlinesBehind(asked, this.serverClock.deadlines!.command, certain);
  }

  /** Takes over what was asked behind the command that was noted last. */
  take(behind: DeadlinesBehind): void {
    const { answers } = behind;
    if (answers !== undefined && this.#stale) this.#know(answers);
  }

  /** Nobody knows what became of the keys: the server was started again. */
  forget(): void {
    this.#keys = undefined;
    this.#stale = true;
  }

  /** Asks the server, if what is known may not be true any more. @throws ServerGoneError */
  renew(): Promise<void> | undefined {
    this.#wanted = true;
    return this.#stale && this.serverClock.deadlines !== undefined ? this.#ask() : undefined;
  }

  /** The next keys that are gone after a moment, in virtual wall-clock ms. */
  after(nowMs: number): Expiry | undefined {
    const next = this.#gone.find(([dueMs]) => dueMs > nowMs);
    if (next === undefined) return undefined;
    const [dueMs, keys] = next;
    return expiryOf(keys, dueMs, (label) => this.#stepsOf(label));
  }

  /**
   * Lets time pass, so that the server itself says of each key that expires by then that it has expired: it does so when
   * it meets such a key.
   *
   * @param nowMs - virtual wall-clock time afterwards
   * @throws ServerGoneError
   */
  async expire(nowMs: number, advance: () => Promise<void>): Promise<void> {
    const gone = this.#gone.filter(([dueMs]) => dueMs <= nowMs).flatMap(([, keys]) => keys);
    this.#gone = this.#gone.filter(([dueMs]) => dueMs > nowMs);
    if (this.serverClock.mode === 'ttl-shift') await expireNow(this.control, gone);
    await advance();
    if (this.serverClock.mode === 'shim') await expireNow(this.control, gone);
  }

  /** An expiry was a step. */
  passed({ label }: Expiry): void {
    this.#steps.set(label, this.#stepsOf(label) + 1);
  }

  #stepsOf(label: string): number {
    return this.#steps.get(label) ?? 0;
  }

  async #ask(): Promise<void> {
    const { control } = this;
    const question = this.serverClock.deadlines!;
    const keys = this.#keys === undefined ? await keysWhereSomeExpire(control) : [...this.#keys.values()];
    this.#know(await deadlinesOf(control, keys ?? [], question.command));
  }

  /** @param answers - of all keys that have a deadline */
  #know(answers: ReadonlyMap<StoredKey, number>): void {
    const question = this.serverClock.deadlines!;
    this.#keys = new Map();
    const gone = new Map<number, StoredKey[]>();
    const inOrder = answers.size > 1 ? [...answers].sort(([a], [b]) => a.name.compare(b.name)) : answers;
    for (const [key, answer] of inOrder) {
      const id = idOf(key);
      this.#keys.set(id, key);
      if (key.database === 0 && !this.#likely.has(id)) {
        // Names that are another one each time are of no use.
        if (this.#likely.size >= BEHIND_MAX) this.#likely.clear();
        this.#likely.set(id, key);
      }
      const dueMs = question.deadlineMs(answer) + 1;
      gone.set(dueMs, [...(gone.get(dueMs) ?? []), key]);
    }
    this.#gone = [...gone].sort(([a], [b]) => a - b);
    this.#stale = false;
  }
}

function idOf({ database, name }: StoredKey): string {
  return `${database}:${name.toString('latin1')}`;
}

/**
 * The expiry of keys, by name.
 *
 * @param keys - by their names
 * @param stepsOf - how often it was a step so far, by its label
 * @internal
 */
export function expiryOf(
  keys: readonly StoredKey[],
  dueMs: number,
  stepsOf: (label: string) => number,
): Expiry {
  const names = keys.map(nameText);
  const what = namesText(names);
  const label = `${what} ${names.length === 1 ? 'expires' : 'expire'}`;
  return { id: `${what}.expires${stepsOf(label) + 1}`, label, dueMs };
}

function nameText({ database, name }: StoredKey): string {
  return database === 0 ? printable(name) : `${printable(name)} of database ${database}`;
}

function namesText(names: readonly string[]): string {
  if (names.length <= NAMES_MAX) return names.join(', ');
  return `${names.slice(0, NAMES_MAX).join(', ')} and ${names.length - NAMES_MAX} more`;
}
