import { bytesOf, type Answering, type AskedCommand } from '../../../execution/host/inspector.js';

/** Commands that only look, at what the contents of keys decide: an invariant may send them. */
const LOOKS = new Set(
  (
    'GET MGET STRLEN GETRANGE EXISTS TYPE TTL PTTL EXPIRETIME PEXPIRETIME KEYS ' +
    'HGET HMGET HLEN HGETALL HEXISTS HKEYS HVALS HSTRLEN LLEN LRANGE LINDEX LPOS ' +
    'SCARD SISMEMBER SMISMEMBER SMEMBERS ZSCORE ZMSCORE ZCARD ZRANGE ZRANK ZREVRANGE ZRANGEBYSCORE ZCOUNT ' +
    'XLEN XRANGE BITCOUNT GETBIT PING ECHO'
  ).split(' '),
);
/** Stands for an answer that the contents of keys do not decide. */
const UNFIT = Symbol('unfit');
/** What is kept at most, over all stores. */
const KEPT_MAX = 20_000;

/**
 * What the server answered to invariants, by what its store held: to the same it answers the same. Errors are not kept.
 *
 * @internal
 */
export class StoredAnswers {
  readonly #kept = new Map<string, Map<string, unknown>>();
  #size = 0;

  /** The answers of one store. @param name - what it holds, and what time it is */
  of(name: string): Map<string, unknown> {
    if (this.#size > KEPT_MAX) {
      this.#kept.clear();
      this.#size = 0;
    }
    let kept = this.#kept.get(name);
    if (kept === undefined) {
      kept = new Map();
      this.#kept.set(name, kept);
      this.#size += 1;
    }
    return kept;
  }

  /** One more is kept. */
  grown(): void {
    this.#size += 1;
  }
}

/** Answers what invariants ask in one judgement: from what is known, or by asking the server, which learns it. @internal */
export class Answers {
  /** Something was asked that is not known. */
  missing = false;
  /** Something was asked that only the end of a real execution can tell, or that is no look. */
  unfit = false;

  constructor(
    readonly known: Map<string, unknown>,
    readonly all: StoredAnswers,
    /** The store of the server is the one that is asked about. */
    readonly there: boolean,
  ) {}

  readonly answer: Answering = (name, command, pipelined) => {
    // Of a pipeline that is answered in part the rest would never be written.
    if (pipelined || !LOOKS.has(name)) this.#refuse(name);
    const text = [name, ...command.args.map(bytesOf)].join('\0');
    if (this.known.has(text)) {
      const answer = this.known.get(text);
      if (answer === UNFIT) this.#refuse(name);
      command.resolve(answer);
      return true;
    }
    if (!this.there) {
      this.missing = true;
      throw new Error(`nobody knows the answer to ${name}`);
    }
    this.#keep(name, text, command);
    return false;
  };

  #refuse(name: string): never {
    this.unfit = true;
    throw new Error(`${name} is more than a look`);
  }

  #keep(name: string, text: string, command: AskedCommand): void {
    const { resolve } = command;
    command.resolve = (answer) => {
      // In which order keys are listed depends on the order in which they came.
      const isUnfit = name === 'KEYS' && (answer as readonly unknown[]).length > 1;
      this.unfit ||= isUnfit;
      this.known.set(text, isUnfit ? UNFIT : answer);
      this.all.grown();
      return resolve(answer);
    };
  }
}
