import { encodeCommand } from '../wire/upstream/control.js';
import type { Question } from '../wire/upstream/question.js';
import { decodeReply } from '../wire/resp.js';
import type { StoredKey } from './keys-with-deadline.js';
import type { DeadlineQuestion } from './server-clock.js';

const KEYSPACE = encodeCommand(['INFO', 'keyspace']);

/**
 * Deadlines of some keys, asked right behind a command. Where other keys may have one, too, the server says besides how many
 * there are in all: as many as were found, and nothing was missed.
 *
 * @internal
 */
export class DeadlinesBehind {
  readonly questions: readonly Question[];
  readonly #found = new Map<StoredKey, number>();
  #expected = 0;

  /**
   * @param keys - all of database 0
   * @param certain - no other key has a deadline
   */
  constructor(
    keys: readonly StoredKey[],
    command: DeadlineQuestion['command'],
    readonly certain: boolean,
  ) {
    this.#expected = keys.length + (certain ? 0 : 1);
    const questions: Question[] = keys.map((key) => ({
      frame: frameOf(key, command),
      answered: (reply) => this.#answered(key, Number(decodeReply(reply))),
    }));
    // Last: a key that has just expired is counted until somebody asks for it.
    if (!certain) questions.push({ frame: KEYSPACE, answered: (reply) => this.#count(decodeReply(reply)) });
    this.questions = questions;
  }

  /** The keys that have a deadline, with the answers; undefined where somebody has to be asked again. */
  get answers(): ReadonlyMap<StoredKey, number> | undefined {
    return this.#expected === 0 ? this.#found : undefined;
  }

  #answered(key: StoredKey, answer: number): void {
    if (Number.isNaN(answer)) return;
    this.#expected -= 1;
    if (answer >= 0) this.#found.set(key, answer);
  }

  #count(keyspace: unknown): void {
    if (typeof keyspace !== 'string') return;
    const counts = [...keyspace.matchAll(/^db(\d+):keys=\d+,expires=(\d+)/gm)];
    const elsewhere = counts.some(([, database, expires]) => database !== '0' && expires !== '0');
    const here = Number(counts.find(([, database]) => database === '0')?.[2] ?? 0);
    if (!elsewhere && here === this.#found.size) this.#expected -= 1;
  }
}

/** Frames of keys: each is asked for again and again. */
const frames = new WeakMap<StoredKey, Buffer>();

function frameOf(key: StoredKey, command: DeadlineQuestion['command']): Buffer {
  let frame = frames.get(key);
  if (frame === undefined) frames.set(key, (frame = encodeCommand([command, key.name])));
  return frame;
}
