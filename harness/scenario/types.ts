import type { Redis, RedisOptions } from 'ioredis';
import type { Invariant } from '../check/invariant.js';
import type { FaultKind } from '../faults/catalogue.js';
import type { AimedFault, FaultSpec } from '../faults/spec.js';
import type { PortOptions } from '../wire/entries/tcp-entry.js';
import type { App, AppOptions } from './app-types.js';
import type { ClientOptions, IoredisClient, Reach } from './client-types.js';

/**
 * What `setup` may use: a plain client on the clean store, or any other one. The lab does not order what they send. What
 * `setup` opens by itself is closed when it is over.
 *
 * @public
 */
export interface SetupContext extends Reach {
  /** A plain client. */
  readonly redis: Redis;
}

/**
 * Options that make `new Redis(options)` a client with the default reply types.
 *
 * @public
 */
export type LegacyOptions = RedisOptions & { replyMapping?: 'legacy' };

/**
 * What a worker may use.
 *
 * @public
 */
export interface WorkerContext<App = unknown> extends Reach {
  /** Worker number, from 1. */
  readonly id: number;
  /** Name for people: `w1`. */
  readonly name: string;
  /** What `app.start` of the scenario returned in this execution. */
  readonly app: App;
  /** The worker's client: its own, or the one of all workers, as the scenario says. */
  readonly redis: Redis;
  /**
   * Opens a port on 127.0.0.1 for this worker's clients in other processes and languages. Executions with one are
   * best effort: the time that such a client takes is real.
   */
  readonly tcpPort: (options?: PortOptions) => Promise<number>;
  /** Aborted when the execution is over or the worker crashed: for processes that you start. */
  readonly signal: AbortSignal;
  /** An interleaving point of your own: the lab may switch to another worker here. */
  readonly step: (label: string) => Promise<void>;
  /** Waits in virtual time. */
  readonly sleep: (durationMs: number) => Promise<void>;
  /**
   * Records an operation in the history: what the worker believes happened. An error passes through, classified as
   * `failed` (certainly no effect) or `unknown` (the connection broke or a timeout fired). With `input`, what the
   * operation was given, it can be held against a model: see `linearizable`.
   */
  readonly operation: <T>(name: string, body: () => Promise<T>, input?: unknown) => Promise<T>;
  /** Records that the worker believes to be alone while `body` runs; `mutualExclusion()` checks it. */
  readonly critical: CriticalSection;
}

/**
 * Runs a body as a critical section: alone in it, the worker believes. With a name where a scenario has several.
 *
 * @public
 */
export interface CriticalSection {
  /** In the only critical section that the scenario has. */
  <T>(body: () => Promise<T>): Promise<T>;
  /** In the one with this name. */
  <T>(name: string, body: () => Promise<T>): Promise<T>;
}

/**
 * What a worker does: an ordinary async function.
 *
 * @public
 */
export type WorkerBody<App = any> = (context: WorkerContext<App>) => Promise<unknown>;

/**
 * Two ways to configure a client. `defaults`: ioredis as it comes, which resends unanswered commands. `single-shot`:
 * one attempt, errors surface at once. Any ioredis options are possible too.
 *
 * @public
 */
export type ClientProfile = 'defaults' | 'single-shot' | RedisOptions;

/**
 * How the lab's own clients (`redis`, `connect`) reach it. `connector`: through the client's own `Connector` option,
 * without any socket. `hook`: as an unknown client of this process does, through a `net.Socket` that ends at the gate.
 * `tcp`: through a real socket, with the kernel in between; slower. The same tape does the same by all three.
 *
 * @public
 */
export type Transport = 'connector' | 'hook' | 'tcp';

/**
 * What may go wrong, and how often in one execution.
 *
 * @public
 */
export interface FaultPlan {
  /** What may happen: kinds, or faults with parameters or an aim. Default: the usual kinds. */
  readonly kinds?: readonly (FaultKind | AimedFault)[];
  /** How many faults one execution may contain. Default: 1. */
  readonly budget?: number;
  /**
   * The test is about these faults: a failure in which none of them struck is looked for further, and reported only where
   * there is no other; shrinking leaves a fault in. Default: false, the simplest failure counts.
   */
  readonly required?: boolean;
}

/**
 * A scenario as people write it.
 *
 * @public
 */
export interface ScenarioOptions<App = any> {
  /** Short name for reports. */
  readonly name: string;
  /** Fills the clean store before the workers start; not gated. */
  readonly setup?: (context: SetupContext) => Promise<unknown>;
  /** The application, where it has a client of its own. To be named before `workers`, for TypeScript to know what they get. */
  readonly app?: AppOptions<App>;
  /** The workers: one function run by `workerCount` workers, or a list of functions. */
  readonly workers: WorkerBody<App> | readonly WorkerBody<App>[];
  /** Number of workers when `workers` is one function. Default: 2. */
  readonly workerCount?: number;
  /**
   * Processes in the background, such as a consumer of a queue or a heartbeat: workers whose end nobody waits for. They are
   * numbered behind the others, and over when the last of those has ended: from then on no time passes, and they go on with what
   * needs none. Their errors are findings. Default: none.
   */
  readonly background?: WorkerBody<App> | readonly WorkerBody<App>[];
  /** What must hold at the end of every execution. */
  readonly invariants: readonly Invariant[];
  /** All workers share one client, as the requests of one API do. Default: each has its own. */
  readonly sharedClient?: boolean;
  /** Default: `defaults`. */
  readonly client?: ClientProfile;
  /**
   * It makes no difference which worker is which: they do the same, but for names, tokens and values that nobody compares
   * except for equality. Then an exhaustive search runs one of all executions that differ only in who is who. The word of
   * whoever writes it is taken for it; exploring checks it on a few executions.
   */
  readonly interchangeable?: boolean;
  /** How to construct a client: any ioredis since 4, or iovalkey. Default: `new Redis(options)` of the lab's own ioredis. */
  readonly createClient?: (options: ClientOptions) => IoredisClient;
  /** How the clients reach the lab. Default: `connector`. */
  readonly transport?: Transport;
  /** Faults that may be injected. Default: none. */
  readonly faults?: FaultPlan;
  /** Steps after which an execution is given up as incomplete. Default: 200. */
  readonly maxSteps?: number;
  /** Ready-made lines of defence may let a worker end with an error; by default that is a finding. */
  readonly workersMayFail?: boolean;
  /**
   * Operations that a worker may lose in a row to its own connection once the last fault is over. More mean that it
   * does not come back, which is a finding. Default: 3.
   */
  readonly recoversWithinOperations?: number;
  /** States of `sometimes()` that some execution must reach: a pass that reached one of them never is `incomplete`. */
  readonly mustReach?: readonly string[];
  /**
   * It is meant so that nothing can race: a pass counts although no two steps of the workers ever got in each other's way. By
   * default it is `incomplete`, since whatever one does wrong would pass, too.
   */
  readonly mayNotRace?: boolean;
}

/**
 * A scenario with every default filled in: what `scenario()` returns.
 *
 * @public
 */
export interface Scenario {
  /** Short name for reports. */
  readonly name: string;
  /** The application, where it has a client of its own. */
  readonly app: App | undefined;
  /** Fills the clean store. */
  readonly setup: ((context: SetupContext) => Promise<unknown>) | undefined;
  /** One function for each worker. */
  readonly workers: readonly WorkerBody[];
  /** One function for each process in the background. */
  readonly background: readonly WorkerBody[];
  /** True when every worker runs the same function, so that their number may be changed. */
  readonly uniform: boolean;
  /** What must hold at the end of every execution. */
  readonly invariants: readonly Invariant[];
  /** It makes no difference which worker is which. */
  readonly interchangeable: boolean;
  /** All workers share one client. */
  readonly sharedClient: boolean;
  /** Options of the clients, with those of the profile. */
  readonly clientOptions: RedisOptions;
  /** Name of the client profile for records. */
  readonly profile: string;
  /** How to construct a client; undefined: by the lab's own ioredis. */
  readonly createClient: ((options: ClientOptions) => IoredisClient) | undefined;
  /** How the clients reach the lab. */
  readonly transport: Transport;
  /** What may go wrong, and how often in one execution. */
  readonly faults: {
    readonly specs: readonly FaultSpec[];
    readonly budget: number;
    /** A failure without any of them is not what the test is about. */
    readonly required?: boolean;
  };
  /** Steps after which an execution is given up. */
  readonly maxSteps: number;
  /** A worker that ends with an error is no finding. */
  readonly workersMayFail: boolean;
  /** Operations that a worker may lose in a row once the last fault is over. */
  readonly recoversWithinOperations: number;
  /** States of `sometimes()` that some execution must reach. */
  readonly mustReach: readonly string[];
  /** A pass counts although nothing could race. */
  readonly mayNotRace: boolean;
}
