import { real } from '../clock/globals.js';
import { Environment } from '../execution/environment.js';
import { sharedServer } from '../server/index.js';
import type { RedisServer } from '../server/types.js';

/** Real time for which connections that nobody uses stay open: the next run of a property comes at once. */
const IDLE_MS = 200;

/** An environment that several runs use, one after the other or at the same time. */
class Kept {
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

let kept: Kept | undefined;

function forget(one: Kept): void {
  if (kept === one) kept = undefined;
}

/**
 * Runs something with connections to the server of this process, which stay open for a moment after it: a property runs
 * hundreds of executions one after the other, and to connect takes longer than most of them.
 */
export async function withKeptEnvironment<T>(body: (environment: Environment) => Promise<T>): Promise<T> {
  const server = await sharedServer();
  if (kept?.server !== server) kept = new Kept(server, Environment.open(server));
  return await kept.use(body);
}
