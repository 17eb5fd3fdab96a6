import { Redis } from 'ioredis';
import { FrozenClock, RealClock } from '../clock/frozen-clock.js';
import { installGlobals, real } from '../clock/globals.js';
import type { ServerClock } from '../clock/server-clock.js';
import { TtlShiftClock } from '../clock/ttl-shift.js';
import { VirtualTime } from '../clock/virtual-time.js';
import type { Scenario } from '../scenario.js';
import type { RedisServer } from '../server/types.js';
import type { Client } from '../wire/client.js';
import { Control } from '../wire/control.js';
import { ServerGoneError, UpstreamPool } from '../wire/upstream.js';
import { catchUncaught } from './uncaught.js';

/** Real time after which a server that does not answer is given up. */
const REPLY_LIMIT_MS = 10_000;

/** What the process waits for, by kind; timers and immediates aside. */
function activity(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (kind !== 'Timeout' && kind !== 'Immediate') counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

/** Everything that lives longer than one execution: the server, connections to it, clocks, reusable clients. */
export class Environment {
  readonly time = new VirtualTime();
  readonly upstreams: UpstreamPool;
  /** The command that the server is working on, for the watchdog. */
  inFlight: { readonly who: string; readonly name: string; readonly sinceMs: number } | undefined;
  /** Scripts or functions were loaded: they must not be there in the next execution. */
  scriptsLoaded = false;
  readonly #clients = new Map<string, Client>();
  #clientsOf: Pick<Scenario, 'clientOptions' | 'createClient'> | undefined;
  readonly #undo: (() => void)[];
  #baseline = new Map<string, number>();
  #baselineSockets = 0;

  private constructor(
    readonly server: RedisServer,
    readonly control: Control,
    /** Plain client for setup and invariants. */
    readonly inspector: Redis,
    readonly serverClock: ServerClock,
  ) {
    this.upstreams = new UpstreamPool(server.endpoint);
    const watchdog = real.setInterval(() => this.#watch(), 1000);
    watchdog.unref();
    this.#undo = [installGlobals(), catchUncaught(), () => real.clearInterval(watchdog)];
  }

  /** Kinds of I/O that came up since the execution began, beyond what the lab itself keeps open. */
  externalActivity(): string[] {
    const extra: string[] = [];
    let ownSockets = this.upstreams.size - this.#baselineSockets;
    for (const [kind, count] of activity()) {
      let over = count - (this.#baseline.get(kind) ?? 0);
      if (kind === 'TCPSocketWrap' || kind === 'PipeWrap') {
        const mine = Math.min(Math.max(over, 0), ownSockets);
        over -= mine;
        ownSockets -= mine;
      }
      if (over > 0) extra.push(kind);
    }
    return extra;
  }

  #watch(): void {
    const { inFlight } = this;
    if (inFlight === undefined || real.now() - inFlight.sinceMs < REPLY_LIMIT_MS) return;
    const error = new ServerGoneError(`Redis did not answer ${inFlight.name} of ${inFlight.who} within ${REPLY_LIMIT_MS} ms`);
    this.upstreams.abort(error);
  }

  /**
   * Connects to a server and takes the process's clocks and random numbers under control, until `close`.
   *
   * @throws ServerGoneError when the server cannot be reached
   */
  static async open(server: RedisServer): Promise<Environment> {
    const control = await Control.open(server.endpoint);
    const inspector = new Redis({ ...server.endpoint, maxRetriesPerRequest: 0, retryStrategy: () => null });
    // Failures surface through the commands.
    inspector.on('error', () => {});
    const serverClock =
      server.clockMode === 'shim' && server.clockFile !== undefined
        ? new FrozenClock(server.clockFile, control)
        : server.clockMode === 'real'
          ? new RealClock()
          : new TtlShiftClock(control);
    // Expiry happens when a command meets a key, never in the background.
    await control.tryCall('DEBUG', 'SET-ACTIVE-EXPIRE', '0');
    return new Environment(server, control, inspector, serverClock);
  }

  /** Empties the store and puts every clock back to the start. */
  async clean(traced: boolean): Promise<void> {
    this.time.reset(traced);
    this.#baseline = activity();
    this.#baselineSockets = this.upstreams.size;
    await this.serverClock.reset();
    if (this.scriptsLoaded) {
      this.scriptsLoaded = false;
      await this.control.call('SCRIPT', 'FLUSH', 'SYNC');
      await this.control.tryCall('FUNCTION', 'FLUSH', 'SYNC');
    }
    await this.control.call('FLUSHALL', 'SYNC');
  }

  /** A client that the last execution left as new, for the same scenario. */
  takeClient(scenario: Scenario, name: string): Client | undefined {
    const known = this.#clientsOf;
    if (known?.clientOptions !== scenario.clientOptions || known.createClient !== scenario.createClient) {
      this.#dropClients();
      this.#clientsOf = scenario;
    }
    const client = this.#clients.get(name);
    this.#clients.delete(name);
    return client;
  }

  /** Keeps a client for the next execution. */
  keepClient(client: Client): void {
    this.#clients.set(client.name, client);
  }

  #dropClients(): void {
    for (const client of this.#clients.values()) client.redis?.disconnect();
    this.#clients.clear();
  }

  /** Gives everything back; the server itself goes on. */
  close(): void {
    this.#dropClients();
    this.upstreams.close();
    this.inspector.disconnect();
    this.control.close();
    if (this.serverClock instanceof FrozenClock) this.serverClock.close();
    for (const undo of this.#undo) undo();
  }
}
