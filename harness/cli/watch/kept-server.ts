import type { RedisServer } from '../../server/types.js';
import type { CliContext, Runner } from '../context/context.js';
import { serverOptions } from '../context/session.js';
import type { ServerFlags } from '../context/server-flags.js';
import { ProgressLine } from '../../report/terminal/progress-line.js';

/** The server of all rounds: started once, and anew only where nobody knows what a round left of it. @internal */
export class KeptServer {
  readonly #context: CliContext;
  readonly #flags: ServerFlags;
  #runner: Promise<Runner> | undefined;
  #server: RedisServer | undefined;

  constructor(context: CliContext, flags: ServerFlags) {
    this.#context = context;
    this.#flags = flags;
  }

  /** The server; starts it where there is none. @throws ServerError when none can be had */
  async get(): Promise<RedisServer> {
    if (this.#server !== undefined) return this.#server;
    const progress = new ProgressLine(this.#context.err);
    progress.say('starting Redis');
    try {
      const runner = await (this.#runner ??= this.#context.loadRunner());
      const options = serverOptions(this.#flags, (line) => progress.note(line));
      return (this.#server = await runner.startServer(options));
    } finally {
      progress.clear();
    }
  }

  /** Stops it. The next one who asks gets a new one. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await server?.stop();
  }
}
