import type { RedisServer } from '../../../server/types.js';
import type { Control } from '../../../wire/upstream/control.js';
import { ServerGoneError } from '../../../wire/upstream/waiting.js';
import { ScriptCache } from './script-cache.js';
import { UnsupportedCommandError } from '../../steps/unsupported-command.js';
import { changeBy, lastingBy, mayEnd, type Change } from './changes.js';
import { usersBack, type UserRules } from './users.js';

/** It ended by somebody's hand, not by what it was sent: whoever did that wants no other. */
const KILLED = /SIGKILL|SIGTERM|SIGINT/;

/** How a server was when the lab saw it first. */
interface Before {
  readonly settings: ReadonlyMap<string, string>;
  readonly users: UserRules;
}

/**
 * What one server keeps beyond its keys: settings, users, whose replica it is, scripts. Every execution and every
 * exploration finds it as new, so what workers and setup change there is undone behind them; a server where that cannot be
 * done, or that does not answer any more, is started afresh. Nothing is asked as long as nothing of the kind was sent.
 *
 * One for each server of this process, since it outlives connections to it.
 *
 * @internal
 */
export class ServerState {
  static readonly #known = new WeakMap<RedisServer, ServerState>();
  readonly scripts = new ScriptCache();
  /** What was changed, and by which command. */
  readonly #changes = new Map<Change, string>();
  #before: Before | undefined;
  /** Why the server is no good any more. */
  #unfit: string | undefined;

  private constructor(readonly server: RedisServer) {}

  static of(server: RedisServer): ServerState {
    let state = ServerState.#known.get(server);
    if (state === undefined) {
      state = new ServerState(server);
      ServerState.#known.set(server, state);
    }
    return state;
  }

  /** Looks how the server is, the first time. */
  async remember(control: Control): Promise<void> {
    this.#before ??= await stateOf(control);
  }

  /**
   * A command of a worker, setup or invariant is about to be sent.
   *
   * @param args - name and arguments
   * @throws UnsupportedCommandError for what could not be undone on a server that is somebody else's
   */
  note(name: string, args: readonly (string | Buffer)[]): void {
    const lasting = this.server.lent === undefined ? undefined : lastingBy(name, args);
    if (lasting !== undefined)
      throw new UnsupportedCommandError(
        `${lasting} was not sent: nothing undoes it on a server that was given by its address. ` +
          'Let the lab start a server of its own for this: give it no address',
      );
    const change = changeBy(name, args);
    if (change !== undefined) this.#changes.set(change, `${name} ${String(args[1] ?? '')}`.trim());
  }

  /** A command was not answered, since the server is gone, or says nothing. */
  unanswered(name: string): void {
    if (mayEnd(name)) this.#unfit = `${name} was not answered`;
  }

  /** Did somebody change it since it was as new? */
  get changed(): boolean {
    return this.#changes.size > 0 || this.#unfit !== undefined;
  }

  /** Makes it as new. @throws ServerGoneError when that cannot be done */
  async renew(control: Control): Promise<void> {
    if (this.#unfit !== undefined && KILLED.test((await this.server.ended?.()) ?? ''))
      this.#unfit = undefined;
    if (!this.changed) return;
    const undone = this.#unfit === undefined && (await this.#undo(control).catch(() => false));
    if (!undone) await this.startAfresh();
    this.#changes.clear();
    this.#unfit = undefined;
  }

  /** Starts it again. @throws ServerGoneError where the lab may not */
  async startAfresh(): Promise<void> {
    const { power } = this.server;
    const by = this.#unfit ?? [...this.#changes.values()].join(', ');
    if (power === undefined)
      throw new ServerGoneError(
        `the server is not as it was (${by}), and is not the lab's to start again: start it yourself, or give the lab none`,
      );
    await power.kill();
    await power.start();
    this.scripts.forgotten();
    this.#changes.clear();
    this.#unfit = undefined;
  }

  async #undo(control: Control): Promise<boolean> {
    if (this.#before === undefined || this.#changes.has('other')) return false;
    if (this.#changes.has('replication')) await control.call('REPLICAOF', 'NO', 'ONE');
    const now = await stateOf(control);
    if (now === undefined) return false;
    for (const [name, value] of this.#before.settings)
      if (now.settings.get(name) !== value) await control.call('CONFIG', 'SET', name, value);
    for (const command of usersBack(this.#before.users, now.users)) await control.call(...command);
    return true;
  }
}

/** @returns undefined where the lab may not ask */
async function stateOf(control: Control): Promise<Before | undefined> {
  const [settings, users] = await Promise.all([
    control.tryList('CONFIG', 'GET', '*'),
    control.tryList('ACL', 'LIST'),
  ]);
  if (settings.length === 0) return undefined;
  const pairs = new Map<string, string>();
  for (let at = 0; at + 1 < settings.length; at += 2)
    pairs.set(settings[at]!.toString('latin1'), settings[at + 1]!.toString('latin1'));
  return { settings: pairs, users: users.map((line) => line.toString('latin1')) };
}
