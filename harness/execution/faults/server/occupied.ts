import { Control } from '../../../wire/upstream/control.js';
import type { Reply } from '../../../base/reply.js';
import { isReplyError } from '../../../wire/resp.js';
import { ServerGoneError } from '../../../wire/upstream/waiting.js';
import type { Stage } from '../../stage/stage.js';
import { killConnections } from './connections.js';
import { lasting } from './lasting.js';
import { impose, restore } from './settings.js';

/** A command that keeps the server occupied, on a connection of its own. */
class Occupation {
  #connection: Control | undefined;
  #reply: Promise<Reply> | undefined;

  constructor(
    readonly control: Control,
    /** What others are told meanwhile: `BUSY`. */
    readonly error: string,
  ) {}

  /** Begins, and waits until the server says so to others. */
  async begin(...command: readonly (string | number)[]): Promise<void> {
    // Nobody watches this connection: its answer is to come late.
    this.#connection = await Control.open(this.control.endpoint);
    this.#reply = this.#connection.tryCall(...command);
    let done = false;
    this.#reply.then(
      () => (done = true),
      () => (done = true),
    );
    while (!(await this.lasts())) {
      if (done) throw new ServerGoneError(`${String(command[0])} did not keep the server occupied`);
    }
  }

  /** Are others still told so? */
  async lasts(): Promise<boolean> {
    const reply = await this.control.tryCall('PING');
    return isReplyError(reply) && reply.error.startsWith(this.error);
  }

  /** Waits for its end. */
  async end(): Promise<void> {
    await this.#reply?.catch(() => {});
    this.#connection?.close();
    this.#connection = undefined;
    this.#reply = undefined;
  }
}

/** A script runs until it is killed. @internal */
export const busy = lasting({
  recovery: 'the script is killed',
  condition: ({ environment: { control } }) => {
    const saved = new Map<string, string>();
    const script = new Occupation(control, 'BUSY');
    return {
      access: 'none',
      begin: async () => {
        // Real ms after which others are told. Before, they would just wait.
        await impose(control, { 'busy-reply-threshold': '1' }, saved);
        await script.begin('EVAL', 'while true do end', 0);
      },
      end: async () => {
        if (await script.lasts()) await control.call('SCRIPT', 'KILL');
        await script.end();
        await restore(control, saved);
      },
    };
  },
});

/**
 * Ballast, so that loading takes longer than anything that happens meanwhile: it is ended, never waited for. Keys come
 * first, and after each of them the server looks for commands; then comes one value, which makes what was loaded so far
 * little of the whole, and costs next to nothing when the rest is to be loaded at once.
 */
const BALLAST_KEYS = 500;
const KEY_BYTES = 1024;
const VALUE_BYTES = 4_750_000;
/** Real µs for each key. */
const KEY_DELAY_US = 10_000;
/**
 * Per cent that may be loaded before it is over: clients work out from it when they ask again, and with less than a
 * tenth in a second or more all wait for as long as they ever do.
 */
const LOADED_MAX = 9;
const SLOW_LOADING = {
  rdbcompression: 'no',
  'key-load-delay': String(KEY_DELAY_US),
  'loading-process-events-interval-bytes': String(KEY_BYTES),
};
/** The last databases, for the keys and for the value. They are loaded last, in this order, and must be empty. */
const BALLAST_DATABASES = [14, 15] as const;

/** The server loads its data set, as after a restart or as a replica that was sent one. @internal */
export const loading = lasting<'server-loading'>({
  recovery: 'the data set is loaded',
  breaks: true,
  condition: (stage, _move, { parameters }) => {
    const { control } = stage.environment;
    const saved = new Map<string, string>();
    const load = new Occupation(control, 'LOADING');
    let ballast = false;
    return {
      access: 'none',
      begin: async () => {
        await impose(control, SLOW_LOADING, saved);
        // Where they do not exist, what follows would hit the store.
        await inBallast(control, []);
        ballast = true;
        await inBallast(control, [
          ['DEBUG', 'POPULATE', BALLAST_KEYS, 'race-lab', KEY_BYTES],
          ['DEBUG', 'POPULATE', 1, 'race-lab', VALUE_BYTES],
        ]);
        if (parameters.connections === 'cut') await killConnections(stage, openLinks(stage));
        await load.begin('DEBUG', 'RELOAD');
      },
      end: async () => {
        // Asked and ended in one round trip: the server looks for commands now and then only.
        const [loaded] = await Promise.all([loadedPercent(control), restore(control, saved)]);
        await load.end();
        if (ballast)
          await inBallast(
            control,
            BALLAST_DATABASES.map(() => ['FLUSHDB', 'SYNC']),
          );
        const stalled = ballast && (loaded === undefined || loaded > LOADED_MAX);
        if (stalled) {
          throw new ServerGoneError(
            'the machine stalled while the server was loading: it came further than clients may see',
          );
        }
      },
    };
  },
});

/** Undefined when nothing is being loaded. */
async function loadedPercent(control: Control): Promise<number | undefined> {
  const info = (await control.call('INFO', 'persistence')) as string;
  const percent = /^loading_loaded_perc:([\d.]+)/m.exec(info)?.[1];
  return percent === undefined ? undefined : Number(percent);
}

function openLinks(stage: Stage) {
  return stage.links.filter(({ phase, upstream }) => phase === 'open' && upstream !== undefined);
}

/** Goes into each database of the ballast, and runs its command there. */
async function inBallast(
  control: Control,
  commands: readonly (readonly (string | number)[])[],
): Promise<void> {
  const sent = BALLAST_DATABASES.flatMap((database, at) => {
    const command = commands[at];
    const entered = control.call('SELECT', database);
    return command === undefined ? [entered] : [entered, control.call(...command)];
  });
  await Promise.all([...sent, control.call('SELECT', 0)]);
}
