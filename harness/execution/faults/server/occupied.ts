import { Control } from '../../../wire/control.js';
import { isReplyError, type Reply } from '../../../wire/resp.js';
import { ServerGoneError } from '../../../wire/upstream.js';
import type { Stage } from '../../stage.js';
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

/** A script runs until it is killed. */
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

/** Ballast, so that loading takes longer than anything that happens meanwhile: it is ended, never waited for. */
const BALLAST_KEYS = 10_000;
const BALLAST_BYTES = 1024;
/** Real µs for each key. */
const KEY_DELAY_US = 10_000;
/** Per cent that may be loaded before it is over: clients work out from it when they ask again. */
const LOADED_MAX = 5;
const SLOW_LOADING = {
  rdbcompression: 'no',
  'key-load-delay': String(KEY_DELAY_US),
  'loading-process-events-interval-bytes': String(BALLAST_BYTES),
};
/** The last database. It is loaded last, and must be empty. */
const BALLAST_DATABASE = 15;

/** The server loads its data set, as after a restart or as a replica that was sent one. */
export const loading = lasting({
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
        ballast = true;
        await inBallast(control, () =>
          control.call('DEBUG', 'POPULATE', BALLAST_KEYS, 'race-lab', BALLAST_BYTES),
        );
        if (parameters['connections'] === 'cut') await killConnections(stage, openLinks(stage));
        await load.begin('DEBUG', 'RELOAD');
      },
      end: async () => {
        const stalled = ballast && !((await load.lasts()) && (await loadedPercent(control)) <= LOADED_MAX);
        await restore(control, saved);
        await load.end();
        if (ballast) await inBallast(control, () => control.call('FLUSHDB', 'SYNC'));
        if (stalled) {
          throw new ServerGoneError(
            'the machine stalled while the server was loading: it came further than clients may see',
          );
        }
      },
    };
  },
});

async function loadedPercent(control: Control): Promise<number> {
  const info = (await control.call('INFO', 'persistence')) as string;
  return Number(/^loading_loaded_perc:([\d.]+)/m.exec(info)?.[1] ?? 0);
}

function openLinks(stage: Stage) {
  return stage.links.filter(({ phase, upstream }) => phase === 'open' && upstream !== undefined);
}

async function inBallast(control: Control, body: () => Promise<unknown>): Promise<void> {
  await control.call('SELECT', BALLAST_DATABASE);
  try {
    await body();
  } finally {
    await control.call('SELECT', 0);
  }
}
