import type { Redis } from 'ioredis';
import { FrozenClock, RealClock } from '../../server-clock/frozen-clock.js';
import { installGlobals } from '../../clock/globals.js';
import type { ServerClock } from '../../server-clock/server-clock.js';
import { TtlShiftClock } from '../../server-clock/ttl-shift.js';
import { VirtualTime } from '../../clock/virtual-time.js';
import type { Scenario } from '../../scenario/types.js';
import { EMPTY_OWN } from '../../server/address/borrowed.js';
import type { RedisServer } from '../../server/types.js';
import type { Client } from '../../wire/gate/client.js';
import { type Control, encodeCommand } from '../../wire/upstream/control.js';
import { Preamble } from '../../wire/upstream/preamble.js';
import { ReplyWatch } from '../../wire/upstream/reply-watch.js';
import { installSocketHook } from '../../wire/entries/socket-hook.js';
import { UpstreamPool } from '../../wire/upstream/upstream-pool.js';
import { ServerGoneError } from '../../wire/upstream/waiting.js';
import { Deadlines } from '../../server-clock/deadlines.js';
import { bytesOf, Inspector, type Answering, type Refusal } from './inspector.js';
import { KeptClients } from './kept-clients.js';
import { DEFAULT_LIMITS, type Limits } from './limits.js';
import { prepare, reach } from './server-state/reach.js';
import type { ScriptCache } from './server-state/script-cache.js';
import { ServerState } from './server-state/server-state.js';
import { ServerHealth } from './server-health.js';
import { catchUncaught } from './uncaught.js';
import { warnUnwatched } from './guard.js';

const FLUSH = encodeCommand(['FLUSHALL', 'SYNC']);

/**
 * Everything that lives longer than one execution: the server, connections to it, clocks, reusable clients.
 *
 * @internal
 */
export class Environment {
  readonly time = new VirtualTime();
  /** What the server keeps beyond its keys. */
  readonly state: ServerState;
  readonly health = new ServerHealth();
  readonly deadlines: Deadlines;
  readonly upstreams: UpstreamPool;
  readonly #preamble: Preamble;
  readonly #inspector: Inspector;
  readonly #clients: KeptClients;
  readonly #undo: (() => void)[];
  #closed = false;
  #restarts: number;
  /** What is in the store of a server that is somebody else's. */
  #ownKeys: readonly string[] = [];
  /** Called with every command of setup and invariants, while it is set. */
  onInspected: ((command: readonly string[]) => void) | undefined;

  private constructor(
    readonly server: RedisServer,
    readonly control: Control,
    readonly serverClock: ServerClock,
    readonly limits: Limits,
    watch: ReplyWatch,
    preamble: Preamble,
    /** Does the server run DEBUG? One that somebody else started may not. */
    readonly debug: boolean,
  ) {
    this.#preamble = preamble;
    this.state = ServerState.of(server);
    this.#restarts = server.power?.restarts ?? 0;
    this.deadlines = new Deadlines(control, serverClock);
    this.upstreams = new UpstreamPool(server.endpoint, watch, preamble);
    this.#clients = new KeptClients(this.upstreams);
    const note = this.noteUnscheduled.bind(this);
    this.#inspector = new Inspector(server.endpoint, limits.replyMs, note);
    this.#undo = [installGlobals(), installSocketHook(), catchUncaught(), () => watch.stop()];
  }

  /**
   * Connects to a server and takes the process's clocks and random numbers under control, until `close`.
   *
   * @throws ServerGoneError when the server cannot be reached
   */
  static async open(server: RedisServer, limits: Partial<Limits> = {}): Promise<Environment> {
    const all = { ...DEFAULT_LIMITS, ...limits };
    warnUnwatched();
    const watch = new ReplyWatch(all.replyMs);
    const preamble = new Preamble();
    try {
      const { control, debug } = await reach(server, watch, preamble);
      return new Environment(server, control, clockOf(server, control), all, watch, preamble, debug);
    } catch (error) {
      watch.stop();
      throw error;
    }
  }

  /** Which scripts it knows. */
  get scripts(): ScriptCache {
    return this.state.scripts;
  }

  /** Plain client for setup and invariants. */
  get inspector(): Redis {
    return this.#inspector.redis;
  }

  /** Takes note of a command that goes past the gate. @param name - in upper case @param args - without the name */
  noteUnscheduled(name: string, args: readonly (string | Buffer)[]): void {
    const command = [name, ...args.map(bytesOf)];
    this.state.note(name, command);
    this.scripts.after({ name, args: [name, ...args] });
    this.deadlines.note(name, command);
    this.serverClock.setupCommand?.(name, args.map(String));
    this.onInspected?.(command);
  }

  /** Commands of setup and invariants that came to nothing, since this list was last emptied. */
  get refusals(): Refusal[] {
    return this.#inspector.refusals;
  }

  /** Answers what invariants ask, in place of the server. */
  set answering(answering: Answering | undefined) {
    this.#inspector.answering = answering;
  }

  /** Gives up the connection of setup and invariants, with what still waits there. */
  dropInspector(): void {
    this.#inspector.reconnect();
  }

  /** Puts every clock back to the start; the store is emptied before anything else reaches the server. */
  clean(traced: boolean): void {
    if (this.#closed) throw new Error('this environment is closed');
    this.time.reset(traced);
    this.#inspector.renew();
    this.serverClock.reset();
    this.deadlines.reset();
    this.#preamble.put([...this.scripts.begin().map(encodeCommand), this.#flush()]);
  }

  /** Somebody else's server is emptied only of what is known to be the lab's. */
  #flush(): Buffer {
    if (this.server.lent === undefined) return FLUSH;
    return encodeCommand(['EVAL', EMPTY_OWN, 0, ...this.#ownKeys.map((key) => Buffer.from(key, 'latin1'))]);
  }

  /** Makes sure that the store was emptied, for what does not go by the lab's connections. @throws ServerGoneError */
  emptied(): Promise<void> | undefined {
    this.#preamble.check();
    return this.#preamble.due ? this.#emptyNow() : undefined;
  }

  async #emptyNow(): Promise<void> {
    await this.control.ping();
    this.#preamble.check();
  }

  /** Lets time pass on the server; one that cannot be reached is told later. */
  async advance(byMs: number): Promise<void> {
    const { health, serverClock } = this;
    // To move deadlines takes writing, to move the clock does not.
    const shifts = serverClock.mode === 'ttl-shift';
    if (health.silent || (shifts && health.access === 'none')) health.owe(byMs);
    else if (shifts) await health.lifted(() => serverClock.advance(byMs));
    else await serverClock.advance(byMs);
  }

  /** True when somebody else on this server had it restarted: the connections of this environment are gone. */
  get stale(): boolean {
    return this.#restarts !== (this.server.power?.restarts ?? 0);
  }

  /** Ends what is wrong with the server, if anything is. @throws ServerGoneError, ServerError when it cannot */
  async heal(): Promise<void> {
    await this.health.heal();
    const owedMs = this.health.settleDebt();
    if (owedMs > 0) await this.serverClock.advance(owedMs);
  }

  /** The server is about to end: nothing of the lab's own is to notice. */
  disconnect(): void {
    this.upstreams.dropIdle();
    this.control.close();
    this.#inspector.close();
  }

  /** The server was started again: every connection of the lab's own is made anew. @throws ServerGoneError */
  async reconnect(): Promise<void> {
    this.#restarts = this.server.power?.restarts ?? 0;
    await this.control.reopen();
    await prepare(this.control);
    await this.#checkClock();
    this.#inspector.reconnect();
    this.scripts.forgotten();
    this.deadlines.forget();
  }

  async #checkClock(): Promise<void> {
    if (this.serverClock.mode !== 'shim') return;
    const [before, after] = [await this.control.call('TIME'), await this.control.call('TIME')];
    if (JSON.stringify(before) === JSON.stringify(after)) return;
    throw new ServerGoneError('the clock of the server is not frozen any more after its restart');
  }

  /** Undoes what the last execution left wrong with the server. @throws ServerGoneError, ServerError when it cannot */
  restore(): Promise<void> | undefined {
    const { health, state, server } = this;
    const well = health.fault === undefined && !state.changed && !this.stale && server.lent === undefined;
    return well ? undefined : this.#restore();
  }

  async #restore(): Promise<void> {
    if (this.health.fault !== undefined) await this.heal();
    await this.state.renew(this.control);
    if (this.stale) await this.reconnect();
    this.#ownKeys = (await this.server.lent?.ownKeys()) ?? [];
  }

  /** Makes sure that the server is still there and that the inspector still reaches it. @throws ServerGoneError */
  async checkServer(): Promise<void> {
    await this.control.ping();
    if (!this.#inspector.connected)
      throw new ServerGoneError('the connection of setup and invariants was closed');
  }

  /** A client that the last execution left as new, for the same scenario; undefined where there is none. */
  takeClient(scenario: Scenario, name: string): Client | undefined {
    return this.#clients.take(scenario, name);
  }

  /** Keeps a client for the next execution. */
  keepClient(client: Client): void {
    this.#clients.keep(client);
  }

  /** Gives everything back; the server itself goes on. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#clients.close();
    this.upstreams.close();
    this.#inspector.close();
    this.control.close();
    this.serverClock.close?.();
    for (const undo of this.#undo) undo();
  }
}

function clockOf(server: RedisServer, control: Control): ServerClock {
  if (server.clockMode === 'shim' && server.clockFile !== undefined) return new FrozenClock(server.clockFile);
  return server.clockMode === 'real' ? new RealClock() : new TtlShiftClock(control);
}
