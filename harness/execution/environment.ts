import type { Redis } from 'ioredis';
import { FrozenClock, RealClock } from '../clock/frozen-clock.js';
import { installGlobals } from '../clock/globals.js';
import type { ServerClock } from '../clock/server-clock.js';
import { TtlShiftClock } from '../clock/ttl-shift.js';
import { VirtualTime } from '../clock/virtual-time.js';
import { runOutsideFlows } from '../flow.js';
import type { Scenario } from '../scenario.js';
import type { RedisServer } from '../server/types.js';
import type { Client } from '../wire/client.js';
import { Control, encodeCommand } from '../wire/control.js';
import { Preamble } from '../wire/preamble.js';
import { ReplyWatch } from '../wire/reply-watch.js';
import { installSocketHook } from '../wire/socket-hook.js';
import { isReplyError } from '../wire/resp.js';
import { ServerGoneError, UpstreamPool } from '../wire/upstream.js';
import { Deadlines } from './deadlines.js';
import { Inspector } from './inspector.js';
import { ScriptCache } from './script-cache.js';
import { Trouble } from './trouble.js';
import { catchUncaught } from './uncaught.js';
import { unwatched } from './watchdog.js';

/** Real time that the lab waits for what it cannot hurry. */
export interface Limits {
  /** For one reply of Redis. Default: 10 s. */
  readonly replyMs: number;
  /** For I/O of a worker past the lab. Default: 2 s. */
  readonly realWorkMs: number;
  /** For one setup, and for one invariant. Default: 30 s. */
  readonly asideMs: number;
  /**
   * Processor time, not real time, that workers may take without a turn of the event loop; what blocks without taking any
   * gets ten times as long, in real time. Default: 1 s.
   */
  readonly starvedMs: number;
}

const FLUSH = encodeCommand(['FLUSHALL', 'SYNC']);
const LIMITS: Limits = { replyMs: 10_000, realWorkMs: 2000, asideMs: 30_000, starvedMs: 1000 };

/** Everything that lives longer than one execution: the server, connections to it, clocks, reusable clients. */
export class Environment {
  readonly time = new VirtualTime();
  readonly scripts = new ScriptCache();
  readonly trouble = new Trouble();
  readonly deadlines: Deadlines;
  readonly upstreams: UpstreamPool;
  readonly #preamble: Preamble;
  readonly #inspector: Inspector;
  readonly #clients = new Map<string, Client>();
  #clientsOf: Pick<Scenario, 'clientOptions' | 'createClient'> | undefined;
  readonly #undo: (() => void)[];
  #closed = false;
  #restarts: number;
  /** Is told of the commands of setup and invariants, while somebody listens. */
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
    this.#restarts = server.power?.restarts ?? 0;
    this.deadlines = new Deadlines(control, serverClock);
    this.upstreams = new UpstreamPool(server.endpoint, watch, preamble);
    this.#inspector = new Inspector(server.endpoint, limits.replyMs, (name, args) => {
      this.scripts.after({ name, args: [name, ...args] });
      this.deadlines.note(name, [name, ...args.map(bytesOf)]);
      serverClock.setupCommand?.(name, args);
      this.onInspected?.([name, ...args.map(bytesOf)]);
    });
    this.#undo = [installGlobals(), installSocketHook(), catchUncaught(), () => watch.stop()];
  }

  /**
   * Connects to a server and takes the process's clocks and random numbers under control, until `close`.
   *
   * @throws ServerGoneError when the server cannot be reached
   */
  static async open(server: RedisServer, limits: Partial<Limits> = {}): Promise<Environment> {
    const all = { ...LIMITS, ...limits };
    warnUnwatched();
    const watch = new ReplyWatch(all.replyMs);
    const preamble = new Preamble();
    let control: Control | undefined;
    try {
      control = await Control.open(server.endpoint, watch, preamble);
      const debug = await prepare(control);
      return new Environment(server, control, clockOf(server, control), all, watch, preamble, debug);
    } catch (error) {
      control?.close();
      watch.stop();
      throw error;
    }
  }

  /** Plain client for setup and invariants. */
  get inspector(): Redis {
    return this.#inspector.redis;
  }

  /** Puts every clock back to the start; the store is emptied before anything else reaches the server. */
  clean(traced: boolean): void {
    if (this.#closed) throw new Error('this environment is closed');
    this.time.reset(traced);
    this.#inspector.renew();
    this.serverClock.reset();
    this.deadlines.reset();
    this.#preamble.put([...this.scripts.begin().map(encodeCommand), FLUSH]);
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
    const { trouble, serverClock } = this;
    // To move deadlines takes writing, to move the clock does not.
    const shifts = serverClock.mode === 'ttl-shift';
    if (trouble.silent || (shifts && trouble.access === 'none')) trouble.owe(byMs);
    else if (shifts) await trouble.lifted(() => serverClock.advance(byMs));
    else await serverClock.advance(byMs);
  }

  /** True when somebody else on this server had it restarted: the connections of this environment are gone. */
  get stale(): boolean {
    return this.#restarts !== (this.server.power?.restarts ?? 0);
  }

  /** Ends what is wrong with the server, if anything is. @throws ServerGoneError, ServerError when it cannot */
  async heal(): Promise<void> {
    await this.trouble.heal();
    const owedMs = this.trouble.settleDebt();
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
    return this.trouble.kind === undefined && !this.stale ? undefined : this.#restore();
  }

  async #restore(): Promise<void> {
    if (this.trouble.kind !== undefined) await this.heal();
    if (this.stale) await this.reconnect();
  }

  /** Makes sure that the server is still there and that the inspector still reaches it. @throws ServerGoneError */
  async checkServer(): Promise<void> {
    await this.control.ping();
    if (!this.#inspector.connected)
      throw new ServerGoneError('the connection of setup and invariants was closed');
  }

  /** A client that the last execution left as new, for the same scenario. */
  takeClient(scenario: Scenario, name: string): Client | undefined {
    const known = this.#clientsOf;
    if (known?.clientOptions !== scenario.clientOptions || known.createClient !== scenario.createClient) {
      this.#dropClients();
      this.#clientsOf = scenario;
    }
    const client = this.#clients.get(name);
    if (client === undefined) return undefined;
    this.#clients.delete(name);
    if (client.idle) return client;
    this.#drop(client);
    return undefined;
  }

  /** Keeps a client for the next execution. */
  keepClient(client: Client): void {
    this.#clients.set(client.name, client);
  }

  /** Gives everything back; the server itself goes on. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#dropClients();
    this.upstreams.close();
    this.#inspector.close();
    this.control.close();
    this.serverClock.close?.();
    for (const undo of this.#undo) undo();
  }

  #dropClients(): void {
    for (const client of this.#clients.values()) this.#drop(client);
    this.#clients.clear();
  }

  #drop(client: Client): void {
    runOutsideFlows(() => client.redis?.disconnect());
    const upstream = client.link?.upstream;
    if (upstream !== undefined) this.upstreams.discard(upstream);
  }
}

let warned = false;

/** Without a watchdog a worker that spins spins for ever: whoever waits then should know why. */
function warnUnwatched(): void {
  const why = unwatched();
  if (why === undefined || warned) return;
  warned = true;
  process.emitWarning(`a worker that never gives the event loop back will not be stopped: ${why}`, 'RaceLab');
}

/**
 * What a server has to be told before an execution can be run on it.
 *
 * @returns whether it runs DEBUG
 */
async function prepare(control: Control): Promise<boolean> {
  // Expiry happens when a command meets a key, never in the background.
  return !isReplyError(await control.tryCall('DEBUG', 'SET-ACTIVE-EXPIRE', '0'));
}

function clockOf(server: RedisServer, control: Control): ServerClock {
  if (server.clockMode === 'shim' && server.clockFile !== undefined)
    return new FrozenClock(server.clockFile, control);
  return server.clockMode === 'real' ? new RealClock() : new TtlShiftClock(control);
}

/** An argument as it goes to the server, one character a byte. */
function bytesOf(arg: unknown): string {
  return (Buffer.isBuffer(arg) ? arg : Buffer.from(String(arg))).toString('latin1');
}
