import { STATUS_REPLY } from '../resp.js';
import type { HeldCommand } from './held-command.js';

/** Commands that leave something behind on the server's side of a connection. */
const STATEFUL = new Set(
  (
    'SELECT CLIENT HELLO AUTH SUBSCRIBE PSUBSCRIBE SSUBSCRIBE MONITOR ASKING READONLY READWRITE RESET QUIT ' +
    'SCRIPT SYNC PSYNC REPLCONF'
  ).split(' '),
);

const TRANSACTIONAL = new Set(['WATCH', 'UNWATCH', 'MULTI', 'EXEC', 'DISCARD']);

/** Characters of the name of a client library. */
const LIBRARY_MAX = 40;
const QUEUED = Buffer.from('+QUEUED\r\n');
/** The first bytes of the replies of a transaction, rather than of an error or of nothing. */
const CARRIED_OUT = /^\*\d/;

/** Commands that a client sends by itself when it connects; they pass without being a step. */
const HANDSHAKE = new Set(['HELLO', 'AUTH', 'CLIENT', 'INFO', 'SELECT', 'READONLY']);

/** May this command belong to the handshake of a client? @param name - in upper case @internal */
export function isHandshake(name: string): boolean {
  return HANDSHAKE.has(name);
}

/**
 * Does this command change what the server remembers of its connection, or end it? @param name - in upper case
 *
 * @internal
 */
export function isStateful(name: string): boolean {
  return STATEFUL.has(name) || TRANSACTIONAL.has(name);
}

/**
 * What the server may remember of one connection, judged by the commands sent on it: which database they work on, whether
 * they are part of a transaction, and whether the connection is still like a new one.
 *
 * @internal
 */
export class ConnectionState {
  #database = '0';
  #inTransaction = false;
  #loggedIn = false;
  #scripted = false;
  #changed = false;
  #watching = false;
  #multiWritten = false;
  /** What its client said of itself. */
  readonly library: { name?: string; version?: string } = {};
  /** What waits for EXEC on the server. */
  #queued: HeldCommand[] = [];

  /** The database that its commands work on, as the server knows it. */
  get database(): string {
    return this.#database;
  }

  /** MULTI was run on it, and neither EXEC nor DISCARD. */
  get inTransaction(): boolean {
    return this.#inTransaction;
  }

  /** Its client told the server who it is. */
  get loggedIn(): boolean {
    return this.#loggedIn;
  }

  /** A script was written to it: ioredis then believes that this connection knows the script. */
  get scripted(): boolean {
    return this.#scripted;
  }

  /** True when the server remembers nothing that a new connection would not have. */
  get fresh(): boolean {
    return !this.#changed && !this.#watching && !this.#multiWritten;
  }

  /**
   * May the lab ask something right behind a command on this connection? Only where it is answered as on one of its own: in
   * database 0, and outside of a transaction.
   *
   * @param name - of the command that is about to go to the server, in upper case
   */
  takesQuestions(name: string): boolean {
    if (this.#changed || this.#loggedIn || this.#database !== '0' || name === 'MULTI') return false;
    return !this.#inTransaction || name === 'EXEC' || name === 'DISCARD';
  }

  /** Is whatever the server remembers of it for its own commands only: a transaction, watched keys? */
  get isPrivate(): boolean {
    return !this.#changed && !this.#loggedIn;
  }

  /** Takes note of a command that belongs to the handshake of the client. */
  greeted(command: HeldCommand): void {
    const { name } = command;
    if (name === 'CLIENT') this.#introduced(command.args);
    if (name === 'SELECT') this.#database = command.args[1]!.toString('latin1');
    if (name === 'AUTH' || (name === 'HELLO' && command.args.length > 2)) this.#loggedIn = true;
  }

  /** `CLIENT SETINFO LIB-NAME node-redis`. */
  #introduced([, sub, what, value]: readonly Buffer[]): void {
    if (sub === undefined || value === undefined || !/^setinfo$/i.test(sub.toString('latin1'))) return;
    const text = value.toString('latin1').slice(0, LIBRARY_MAX);
    if (/^lib-name$/i.test(what!.toString('latin1'))) this.library.name = text;
    else this.library.version = text;
  }

  /** Takes note of a command that a worker wrote. @param name - in upper case */
  wrote(name: string): void {
    switch (name) {
      case 'WATCH':
        this.#watching = true;
        break;
      case 'UNWATCH':
        // Inside MULTI it is only queued.
        if (!this.#multiWritten) this.#watching = false;
        break;
      case 'MULTI':
        this.#multiWritten = true;
        break;
      case 'EXEC':
      case 'DISCARD':
        // Without MULTI both are errors that clear nothing.
        if (this.#multiWritten) this.#watching = false;
        this.#multiWritten = false;
        break;
      case 'EVAL':
      case 'EVALSHA':
        this.#scripted = true;
        break;
      default:
        if (STATEFUL.has(name)) this.#changed = true;
    }
  }

  /** Takes note of what a command changed, once the server ran it. */
  ran(command: HeldCommand, reply: Buffer): void {
    const { name } = command;
    if (name === 'SELECT' && reply[0] === STATUS_REPLY) this.#database = command.args[1]!.toString('latin1');
    else if (name === 'MULTI') this.#inTransaction = reply[0] === STATUS_REPLY;
    else if (name === 'EXEC' || name === 'DISCARD') {
      this.#inTransaction = false;
      const ran = name === 'EXEC' && CARRIED_OUT.test(reply.toString('latin1', 0, 2));
      command.ended = { queued: this.#queued, ran };
      this.#queued = [];
    } else if (this.#inTransaction && reply.equals(QUEUED)) {
      command.queued = true;
      this.#queued.push(command);
    }
  }
}
