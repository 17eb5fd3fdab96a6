import type { Redis, RedisOptions } from 'ioredis';
import type { Invariant } from './check/invariant.js';
import { USUAL_FAULTS, type FaultKind } from './wire/fault.js';
import { faultSpec, type AimedFault, type FaultSpec } from './wire/fault-spec.js';
import type { PortOptions } from './wire/tcp-entry.js';

/** What `setup` may use: a plain client on the clean store. */
export interface SetupContext {
  readonly redis: Redis;
}

/** Options that make `new Redis(options)` a client with the default reply types. */
export type LegacyOptions = RedisOptions & { replyMapping?: 'legacy' };

/** What a worker may use. */
export interface WorkerContext {
  /** Worker number, from 1. */
  readonly id: number;
  /** Name for people: `w1`. */
  readonly name: string;
  /** The worker's client: its own, or the shared one, as the scenario says. */
  readonly redis: Redis;
  /**
   * Opens one more connection for this worker.
   *
   * @param options - ioredis options on top of the scenario's
   */
  readonly connect: (options?: RedisOptions) => Redis;
  /** Options for a client that you construct yourself: `new Redis(context.clientOptions)`. */
  readonly clientOptions: LegacyOptions;
  /** The lab's Redis for any other client in this process: `createClient({ url: context.url })`. */
  readonly url: string;
  /** The same, in parts. */
  readonly address: { readonly host: string; readonly port: number };
  /**
   * Opens a port on 127.0.0.1 for this worker's clients in other processes and languages. Executions with one are
   * best effort: see `TcpEntry`.
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
   * `failed` (certainly no effect) or `unknown` (the connection broke or a timeout fired).
   */
  readonly operation: <T>(name: string, body: () => Promise<T>) => Promise<T>;
  /** Records that the worker believes to be alone while `body` runs; `mutualExclusion()` checks it. */
  readonly critical: <T>(body: () => Promise<T>, name?: string) => Promise<T>;
}

/** What a worker does: an ordinary async function. */
export type WorkerBody = (context: WorkerContext) => Promise<unknown>;

/**
 * Two ways to configure a client. `defaults`: ioredis as it comes, which resends unanswered commands. `single-shot`:
 * one attempt, errors surface at once. Any ioredis options are possible too.
 */
export type ClientProfile = 'defaults' | 'single-shot' | RedisOptions;

/**
 * How the lab's own clients (`redis`, `connect`) reach it. `connector`: through the client's own `Connector` option,
 * without any socket. `hook`: as an unknown client of this process does, through a `net.Socket` that ends at the gate.
 * `tcp`: through a real socket, with the kernel in between; slower. The same tape does the same by all three.
 */
export type ClientWay = 'connector' | 'hook' | 'tcp';

const CLIENTS: readonly Scenario['clients'][] = ['own', 'shared'];
const WAYS: readonly ClientWay[] = ['connector', 'hook', 'tcp'];

export interface FaultPlan {
  /** What may happen: kinds, or faults with parameters or an aim. Default: the usual kinds. */
  readonly kinds?: readonly (FaultKind | AimedFault)[];
  /** How many faults one execution may contain. Default: 1. */
  readonly budget?: number;
}

export interface ScenarioOptions {
  /** Short name for reports. */
  readonly name: string;
  /** Fills the clean store before the workers start; not gated. */
  readonly setup?: (context: SetupContext) => Promise<unknown>;
  /** The workers: one function run by `count` workers, or a list of functions. */
  readonly workers: WorkerBody | readonly WorkerBody[];
  /** Number of workers when `workers` is one function. Default: 2. */
  readonly count?: number;
  readonly invariants: readonly Invariant[];
  /** Do workers have clients of their own, or share one? Default: `own`. */
  readonly clients?: 'own' | 'shared';
  /** Default: `defaults`. */
  readonly client?: ClientProfile;
  /**
   * It makes no difference which worker is which: they do the same, but for names, tokens and values that nobody compares
   * except for equality. Then an exhaustive search runs one of all executions that differ only in who is who. The word of
   * whoever writes it is taken for it; exploring checks it on a few executions.
   */
  readonly interchangeable?: boolean;
  /** How to construct a client; default `new Redis(options)` of the lab's own ioredis. */
  readonly createClient?: (options: RedisOptions) => Redis;
  /** How the clients reach the lab. Default: `connector`. */
  readonly way?: ClientWay;
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
  readonly recoversWithin?: number;
}

/** Names that may be given: JavaScript would pass over a misspelt one in silence. */
const OPTIONS: Readonly<Record<keyof ScenarioOptions, true>> = {
  name: true,
  setup: true,
  workers: true,
  count: true,
  invariants: true,
  interchangeable: true,
  clients: true,
  client: true,
  createClient: true,
  way: true,
  faults: true,
  maxSteps: true,
  workersMayFail: true,
  recoversWithin: true,
};
const PLAN_OPTIONS: Readonly<Record<keyof FaultPlan, true>> = { kinds: true, budget: true };

/** A scenario with every default filled in. */
export interface Scenario {
  readonly name: string;
  readonly setup: ((context: SetupContext) => Promise<unknown>) | undefined;
  readonly workers: readonly WorkerBody[];
  /** True when every worker runs the same function, so that their number may be changed. */
  readonly uniform: boolean;
  readonly invariants: readonly Invariant[];
  readonly interchangeable: boolean;
  readonly clients: 'own' | 'shared';
  readonly clientOptions: RedisOptions;
  /** Name of the client profile for records. */
  readonly profile: string;
  readonly createClient: ((options: RedisOptions) => Redis) | undefined;
  readonly way: ClientWay;
  readonly faults: { readonly specs: readonly FaultSpec[]; readonly budget: number };
  readonly maxSteps: number;
  readonly workersMayFail: boolean;
  readonly recoversWithin: number;
}

/** A scenario or a bound that makes no sense. */
export class ScenarioError extends Error {
  override name = 'ScenarioError';
}

export const MAX_WORKERS = 64;
const DEFAULT_MAX_STEPS = 200;
const DEFAULT_RECOVERS_WITHIN = 3;

/**
 * Options of the two named profiles. Reconnect delays are fixed: ioredis adds random jitter, which the lab does not
 * need, since it may fire any timer late.
 */
const PROFILES: Record<'defaults' | 'single-shot', RedisOptions> = {
  defaults: { retryStrategy: (times) => Math.min(2 ** (times - 1) * 50, 5000) },
  'single-shot': { retryStrategy: () => null, maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false },
};

/**
 * Describes a race: workers, what must hold, and what may go wrong.
 *
 * @throws ScenarioError when the description makes no sense
 */
export function scenario(options: ScenarioOptions): Scenario {
  checkNames(options, OPTIONS, 'a scenario');
  checkParts(options);
  const uniform = typeof options.workers === 'function';
  const workers =
    typeof options.workers === 'function'
      ? Array.from({ length: checkedCount(options.count ?? 2) }, () => options.workers as WorkerBody)
      : options.workers;
  checkedCount(workers.length);
  if (!uniform && options.count !== undefined) {
    throw new ScenarioError('"count" goes with one worker function; a list of workers has its own length');
  }
  const duplicate = options.invariants.find(
    ({ id }, at) => options.invariants.findIndex((o) => o.id === id) !== at,
  );
  if (duplicate !== undefined) throw new ScenarioError(`two invariants are called "${duplicate.id}"`);
  const profile = checkedProfile(options.client ?? 'defaults');
  return {
    name: options.name,
    setup: options.setup,
    workers,
    uniform,
    invariants: options.invariants,
    clients: checkedChoice('clients', options.clients ?? 'own', CLIENTS),
    interchangeable: options.interchangeable ?? false,
    clientOptions: typeof profile === 'string' ? PROFILES[profile] : { ...PROFILES.defaults, ...profile },
    profile: typeof profile === 'string' ? profile : 'custom',
    createClient: options.createClient,
    way: checkedChoice('way', options.way ?? 'connector', WAYS),
    faults: checkedFaults(options.faults, workers.length),
    maxSteps: checkedSteps(options.maxSteps ?? DEFAULT_MAX_STEPS),
    workersMayFail: options.workersMayFail ?? false,
    recoversWithin: checkedPatience(options.recoversWithin),
  };
}

/** Are there several workers with no difference between them, nor one that a fault would make? */
export function areAlike({ interchangeable, workers, faults }: Scenario): boolean {
  return interchangeable && workers.length > 1 && faults.specs.every(({ at }) => at?.worker === undefined);
}

/** The same scenario with another number of workers. @throws ScenarioError when its workers differ */
export function withWorkers(original: Scenario, count: number): Scenario {
  checkedCount(count);
  if (!original.uniform && count !== original.workers.length) {
    throw new ScenarioError(
      `"${original.name}" has ${original.workers.length} different workers: their number cannot be changed`,
    );
  }
  const body = original.workers[0]!;
  return {
    ...original,
    workers: original.uniform ? Array.from({ length: count }, () => body) : original.workers,
  };
}

/** The same scenario with another fault budget. @throws ScenarioError for a bad budget */
export function withFaults(original: Scenario, budget: number): Scenario {
  if (!Number.isInteger(budget) || budget < 0)
    throw new ScenarioError(`a fault budget of ${budget} makes no sense`);
  const { specs } = original.faults;
  return { ...original, faults: { specs: specs.length > 0 ? specs : USUAL_FAULTS.map(faultSpec), budget } };
}

/** The same scenario with its clients reaching the lab in another way. @throws ScenarioError for an unknown way */
export function withWay(original: Scenario, way: ClientWay): Scenario {
  return { ...original, way: checkedChoice('way', way, WAYS) };
}

/** What a compiler would have said: not everybody has one. */
function checkParts({ name, workers, invariants }: ScenarioOptions): void {
  const isFunction = (one: unknown): boolean => typeof one === 'function';
  if (typeof name !== 'string' || name === '') throw new ScenarioError('a scenario needs a "name"');
  if (!isFunction(workers) && !(Array.isArray(workers) && workers.every(isFunction)))
    throw new ScenarioError('"workers" is a function, or a list of functions');
  if (!Array.isArray(invariants) || !invariants.every((one?: Partial<Invariant>) => isFunction(one?.check)))
    throw new ScenarioError('"invariants" is a list of what invariant() and the ready-made ones return');
}

/** Refuses a name that is not among those of `known`. @throws ScenarioError */
export function checkNames(given: object, known: object, what: string): void {
  const name = Object.keys(given).find((one) => !Object.hasOwn(known, one));
  if (name !== undefined)
    throw new ScenarioError(`${what} has no option "${name}"; it has ${Object.keys(known).join(', ')}`);
}

function checkedChoice<T extends string>(name: string, given: T, known: readonly T[]): T {
  if (known.includes(given)) return given;
  throw new ScenarioError(`unknown ${name} "${String(given)}": one of ${known.join(', ')}`);
}

function checkedProfile(profile: ClientProfile): ClientProfile {
  if (typeof profile === 'object' || Object.hasOwn(PROFILES, profile)) return profile;
  const names = Object.keys(PROFILES).join(', ');
  throw new ScenarioError(`unknown client "${String(profile)}": one of ${names}, or options of ioredis`);
}

function checkedSteps(steps: number): number {
  if (Number.isInteger(steps) && steps >= 1) return steps;
  throw new ScenarioError(`maxSteps ${steps} makes no sense: give 1 or more`);
}

function checkedPatience(operations = DEFAULT_RECOVERS_WITHIN): number {
  if (Number.isInteger(operations) && operations >= 0) return operations;
  throw new ScenarioError(`${operations} operations to recover within make no sense: give 0 or more`);
}

function checkedCount(count: number): number {
  if (Number.isInteger(count) && count >= 1 && count <= MAX_WORKERS) return count;
  throw new ScenarioError(`${count} workers make no race: give 1 to ${MAX_WORKERS}`);
}

function checkedFaults(plan: FaultPlan | undefined, workers: number): Scenario['faults'] {
  if (plan === undefined) return { specs: [], budget: 0 };
  checkNames(plan, PLAN_OPTIONS, 'a fault plan');
  const budget = plan.budget ?? 1;
  if (!Number.isInteger(budget) || budget < 0)
    throw new ScenarioError(`a fault budget of ${budget} makes no sense`);
  const specs = (plan.kinds ?? USUAL_FAULTS).map(checkedFault);
  const astray = specs.find(({ at }) => (at?.worker ?? 0) > workers);
  if (astray !== undefined) {
    throw new ScenarioError(
      `"${astray.kind}" is aimed at worker ${astray.at?.worker}, but the last one is ${workers}`,
    );
  }
  return { specs, budget };
}

function checkedFault(given: FaultKind | AimedFault): FaultSpec {
  try {
    return faultSpec(given);
  } catch (error) {
    throw new ScenarioError((error as RangeError).message);
  }
}
