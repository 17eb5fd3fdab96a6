import { listed } from '../../base/text.js';
import { aborted } from '../context/aborted.js';
import type { CliContext } from '../context/context.js';
import { EXIT, UsageError } from '../context/errors.js';
import type { RunFlags } from '../run/run-context.js';
import { shownPath } from '../selection/race-files.js';
import { withConfig } from '../selection/with-config.js';
import { Changes } from './changes.js';
import { KeptServer } from './kept-server.js';
import { RoundProcess } from './round-process.js';
import { Watched } from './watched.js';

/** Options that make no sense with `--watch`, each with the reason. */
const NOT_WITH: readonly [flag: keyof RunFlags, option: string, why: string][] = [
  ['jobs', '--jobs', 'each round runs in one process, on the one Redis that is kept'],
  ['resume', '--resume', 'what was changed is searched from the start'],
  ['json', '--json', 'it prints one object, and a watch has no end'],
  ['ask', '--ask', 'what was predicted once need not be predicted again'],
  ['writeBaseline', '--write-baseline', 'what fails in one round is what the next one is to mend'],
];

/**
 * Runs race files, and whatever of them is changed again, until the user stops it. The server is kept; each round is a process
 * of its own, so that modules are new. What is wrong with a file is said, and the watch goes on.
 *
 * @param typed - names of the options that stand on the command line
 * @returns the exit code
 * @throws UsageError, and ServerError when there is no Redis to be had
 * @internal
 */
export async function watch(
  context: CliContext,
  words: readonly string[],
  flags: RunFlags,
  typed: ReadonlySet<string>,
): Promise<number> {
  for (const [flag, option, why] of NOT_WITH)
    if (flags[flag] !== undefined) throw new UsageError(`${option} does not go with --watch: ${why}`);
  const watched = await Watched.open(context, words);
  const server = new KeptServer(context, withConfig(flags, typed, watched.project.config));
  const watching = new Watching(context, watched, server, { flags, typed: [...typed] });
  try {
    await watching.untilStopped();
  } finally {
    await watching.close();
    await server.stop();
  }
  return EXIT.asExpected;
}

/** What every round is told. */
interface Orders {
  readonly flags: RunFlags;
  readonly typed: readonly string[];
}

class Watching {
  readonly #changes = new Changes();
  readonly #aborted: Promise<void>;
  /** Starts before it is needed, so that nobody waits for it. */
  #next = new RoundProcess();
  #running: RoundProcess | undefined;

  constructor(
    readonly context: CliContext,
    readonly watched: Watched,
    readonly server: KeptServer,
    readonly orders: Orders,
  ) {
    this.#aborted = aborted(context.signal);
  }

  async untilStopped(): Promise<void> {
    const { context, watched } = this;
    let words = watched.all;
    while (!context.signal.aborted) {
      // What is changed from now on is not what the round is about to read.
      this.#changes.take(watched.files);
      const round = this.#run(words);
      const changed = await this.#changed(round);
      if (context.signal.aborted) return;
      const names = changed.map((file) => shownPath(context.cwd, file));
      context.out.write(`\n${listed(names)} changed\n`);
      const fresh = await watched.renew();
      words = watched.madeOf([...changed, ...fresh]);
    }
  }

  /** Ends whatever runs. */
  async close(): Promise<void> {
    this.#changes.close();
    await Promise.all([this.#running?.stop(), this.#next.stop()]);
  }

  /** One round, to its end; then it says that it waits. @throws ServerError when there is no Redis to be had */
  async #run(words: readonly string[]): Promise<void> {
    const { context, watched, server, orders } = this;
    if (words.length > 0) {
      const redis = await server.get();
      const process = this.#next;
      this.#running = process;
      const round = process.run({ ...orders, words }, redis);
      const { usable, died } = await round;
      this.#running = undefined;
      this.#next = new RoundProcess();
      if (died !== undefined && !context.signal.aborted)
        context.err.write(`race-lab: the process of this round ${died}\n`);
      // Nobody knows what it was doing to the server.
      if (!usable) await server.stop();
    }
    if (context.signal.aborted || this.#changes.changed().length > 0) return;
    context.out.write(`\nwatching ${watched.shown}: Ctrl-C ends it\n`);
  }

  /** Waits until something that counts has changed; a round that is still going on ends then. @returns nothing when stopped */
  async #changed(round: Promise<void>): Promise<readonly string[]> {
    const { context } = this;
    let over = false;
    const ended = round.finally(() => (over = true));
    while (!context.signal.aborted) {
      const changed = await this.#changes.settled();
      if (changed.length > 0) {
        await this.#running?.stop();
        await ended;
        return changed;
      }
      const what = [this.#changes.heard(), this.#aborted];
      await Promise.race(over ? what : [...what, ended]);
    }
    await this.#running?.stop();
    await ended;
    return [];
  }
}
