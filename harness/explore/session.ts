import { real } from '../clock/globals.js';
import { Environment } from '../execution/host/environment.js';
import { ScenarioError } from '../scenario/errors.js';
import { sharedServer } from '../server/index.js';
import type { RedisServer } from '../server/types.js';

/**
 * Connections to one Redis, and the clocks that go with them, for one exploration or replay after the other. While it is
 * open, timers, dates and random numbers of workers are the lab's; what runs outside of workers keeps the real ones.
 *
 * @public
 */
export interface Session {
  /** Gives everything back. Nothing can be explored with it afterwards. */
  close(): void;
}

/** What stands behind the sessions that were given out. */
const environments = new WeakMap<Session, Environment>();

/**
 * Opens a session, so that several explorations share their connections. Without one, each opens its own.
 *
 * @param server - the Redis to connect to; default: the one of this process, started when there is none yet
 * @throws ServerError when no Redis can be had, ServerGoneError when it cannot be reached
 * @example
 * ```ts
 * import { explore, openSession, scenario } from 'redis-race-lab';
 *
 * const views = scenario({ name: 'views', workers: ({ redis }) => redis.incr('views'), invariants: [] });
 * const session = await openSession();
 * for (const workerCount of [2, 3]) console.log((await explore(views, { session, workerCount })).kind); // holds, twice
 * session.close();
 * ```
 * @public
 */
export async function openSession(server?: RedisServer): Promise<Session> {
  const environment = await Environment.open(server ?? (await sharedServer()));
  const session: Session = { close: () => environment.close() };
  environments.set(session, environment);
  return session;
}

/** Inside of the lab an environment will do. @throws ScenarioError for anything else that `openSession` did not return */
function environmentOf(session: Session): Environment {
  if (session instanceof Environment) return session;
  const environment = environments.get(session);
  if (environment === undefined) throw new ScenarioError('"session" is what openSession() returned');
  return environment;
}

/** Real time for which connections that nobody uses stay open: the next run of a property comes at once. */
const IDLE_MS = 200;

/** An environment that several runs use, one after the other or at the same time. */
class KeptEnvironment {
  #users = 0;
  #closing: NodeJS.Timeout | undefined;

  constructor(
    readonly server: RedisServer,
    readonly opened: Promise<Environment>,
  ) {}

  async use<T>(body: (environment: Environment) => Promise<T>): Promise<T> {
    this.#users += 1;
    if (this.#closing !== undefined) real.clearTimeout(this.#closing);
    try {
      return await body(await this.opened);
    } catch (error) {
      // Whatever it was, the next one is to begin with connections of which nothing is known.
      forget(this);
      throw error;
    } finally {
      this.#users -= 1;
      if (this.#users === 0) this.#closing = real.setTimeout(() => this.#close(), IDLE_MS);
    }
  }

  #close(): void {
    forget(this);
    this.opened.then(
      (environment) => environment.close(),
      () => {},
    );
  }
}

/** One for the process: a property is a series of calls that know nothing of each other. */
let kept: KeptEnvironment | undefined;

function forget(one: KeptEnvironment): void {
  if (kept === one) kept = undefined;
}

/**
 * Runs something with connections to the server of this process, which stay open for a moment after it: a property runs
 * hundreds of executions one after the other, and to connect takes longer than most of them.
 *
 * @param given - the session to use instead; it stays open
 * @throws ServerError when no Redis can be had, ServerGoneError when it cannot be reached, and what `body` throws
 * @internal
 */
export async function withKeptEnvironment<T>(
  given: Session | undefined,
  body: (environment: Environment) => Promise<T>,
): Promise<T> {
  if (given !== undefined) return await body(environmentOf(given));
  const server = await sharedServer();
  if (kept?.server !== server) kept = new KeptEnvironment(server, Environment.open(server));
  return await kept.use(body);
}

/**
 * Runs something with connections of its own, which are closed behind it.
 *
 * @param given - the session to use instead; it stays open
 * @param server - the Redis to connect to; default: the one of this process
 * @throws ServerError when no Redis can be had, ServerGoneError when it cannot be reached, and what `body` throws
 * @internal
 */
export async function withOwnEnvironment<T>(
  given: Session | undefined,
  server: RedisServer | undefined,
  body: (environment: Environment) => Promise<T>,
): Promise<T> {
  if (given !== undefined) return await body(environmentOf(given));
  const environment = await Environment.open(server ?? (await sharedServer()));
  try {
    return await body(environment);
  } finally {
    environment.close();
  }
}
