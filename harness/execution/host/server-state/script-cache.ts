import { createHash } from 'node:crypto';
import type { Control } from '../../../wire/upstream/control.js';

const QUEUED = '+QUEUED';
const DIGESTS_MAX = 1000;
/** Errors of a server that is in no state to run anything, or not for this user. */
const TURNED_DOWN = /^-(NOPERM|NOAUTH|LOADING|BUSY|MASTERDOWN|CLUSTERDOWN) /;
/** Commands that have to do with scripts. */
const SCRIPTING = new Set('EVAL EVAL_RO EVALSHA EVALSHA_RO SCRIPT FUNCTION'.split(' '));

/** A command for the server. @internal */
export interface ServerCommand {
  /** In upper case. */
  readonly name: string;
  /** Name and arguments. */
  readonly args: readonly (string | Buffer)[];
}

/**
 * The server keeps scripts and functions across FLUSHALL, so an execution could find those of an earlier one and get
 * a reply where a new server says NOSCRIPT. Emptying that cache costs more than a whole small execution, so it is
 * emptied only when somebody could tell the difference: at an EVALSHA of a script that this execution did not load.
 *
 * @internal
 */
export class ScriptCache {
  /** Bodies that this execution loaded, by their digest. */
  readonly #loaded = new Map<string, string>();
  /** Digests by body, so that each is worked out once. */
  readonly #digests = new Map<string, string>();
  /** Scripts of earlier executions may be there; or of others, before the lab came. */
  #stale = true;
  /** It is not certain what is loaded: empty the cache before the next execution. */
  #uncertain = false;
  #functions = false;

  /** A new execution begins. @returns commands that must run before it */
  begin(): string[][] {
    if (this.#loaded.size > 0) this.#stale = true;
    this.#loaded.clear();
    const commands: string[][] = [];
    if (this.#uncertain) commands.push(['SCRIPT', 'FLUSH', 'SYNC']);
    if (this.#functions) commands.push(['FUNCTION', 'FLUSH', 'SYNC']);
    if (this.#uncertain) this.#stale = false;
    this.#uncertain = false;
    this.#functions = false;
    return commands;
  }

  /** The server has no scripts any more: it was told to forget them, or started again. */
  forgotten(): void {
    this.#loaded.clear();
    this.#stale = false;
    this.#uncertain = false;
  }

  /** Before a command reaches the server. */
  before(control: Control, command: ServerCommand): Promise<void> | undefined {
    const { name } = command;
    if (!this.#stale || !SCRIPTING.has(name)) return undefined;
    const { args } = command;
    const asks = name === 'SCRIPT' && word(args[1]) === 'EXISTS';
    const calls =
      (name === 'EVALSHA' || name === 'EVALSHA_RO') && !this.#loaded.has(word(args[1]).toLowerCase());
    return asks || calls ? this.#refresh(control) : undefined;
  }

  /** After the server ran a command. @param reply - its frame, where it is known */
  after(command: ServerCommand, reply?: Buffer): void {
    const { name } = command;
    if (!SCRIPTING.has(name)) return;
    const { args } = command;
    const subcommand = word(args[1]);
    // The server did not even look at the script.
    if (reply !== undefined && TURNED_DOWN.test(reply.toString('latin1', 0, 12))) return;
    switch (name) {
      case 'EVAL':
      case 'EVAL_RO':
        if (reply?.toString('latin1', 0, QUEUED.length) === QUEUED) this.#uncertain = true;
        this.#load(String(args[1]));
        break;
      case 'EVALSHA':
      case 'EVALSHA_RO':
        // The setup's client may have sent the body instead.
        if (!this.#loaded.has(subcommand.toLowerCase())) this.#uncertain = true;
        break;
      case 'SCRIPT':
        if (subcommand === 'LOAD') this.#load(String(args[2]));
        if (subcommand === 'FLUSH') {
          // It may still wait in a MULTI.
          this.#uncertain = true;
          this.#loaded.clear();
        }
        break;
      case 'FUNCTION':
        this.#functions = true;
        break;
      default:
    }
  }

  #load(body: string): void {
    let digest = this.#digests.get(body);
    if (digest === undefined) {
      if (this.#digests.size >= DIGESTS_MAX) this.#digests.clear();
      digest = createHash('sha1').update(body).digest('hex');
      this.#digests.set(body, digest);
    }
    this.#loaded.set(digest, body);
  }

  /** Leaves just what this execution loaded. */
  async #refresh(control: Control): Promise<void> {
    this.#stale = false;
    await control.call('SCRIPT', 'FLUSH', 'SYNC');
    // One that does not compile was never there.
    for (const body of this.#loaded.values()) await control.tryCall('SCRIPT', 'LOAD', body);
  }
}

function word(arg: string | Buffer | undefined): string {
  return typeof arg === 'string' ? arg.toUpperCase() : (arg?.toString('latin1').toUpperCase() ?? '');
}
