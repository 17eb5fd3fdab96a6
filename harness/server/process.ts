import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOf, type RedisBinary } from './binary.js';
import { createClockFile } from './clock-file.js';
import { ServerError, messageOf } from './errors.js';
import {
  END_KNOWN_MS,
  LAB_SETTINGS,
  answering,
  asArguments,
  makeDirectory,
  settingsOf,
  temporaryDirectory,
  type Place,
} from './place.js';
import type { ServerPower } from './power.js';
import { Reaper, killHard } from './reaper.js';
import { within } from './sleep.js';

/** What a server process is started with. */
export interface ProcessSettings {
  readonly binary: RedisBinary;
  /** Further server arguments. */
  readonly args: readonly string[];
  /** The clock library to preload. */
  readonly shim: string | undefined;
}

/** Starts a server binary as a child of this process; it listens on a unix socket only, so no port can collide. */
export async function startProcess({ binary, args, shim }: ProcessSettings): Promise<Place> {
  const lease = Reaper.get().lease();
  const dir = temporaryDirectory();
  lease.add({ dir });
  const path = join(dir, 'redis.sock');
  const clockFile = join(dir, 'clock');
  const clock = shim ? { LD_PRELOAD: shim, RACE_LAB_CLOCK_FILE: clockFile } : {};
  const settings = {
    ...LAB_SETTINGS,
    ...settingsOf(binary.version),
    port: 0,
    dir,
    unixsocket: path,
    unixsocketperm: 700,
  };
  const command = [...asArguments(settings), ...args];
  const env = { ...environmentOf(binary), ...clock };
  const launch = async (): Promise<Running> => {
    const running = new Running(binary.path, command, dir, env);
    if (running.pid !== undefined) lease.add({ pid: running.pid });
    try {
      await running.answers(path);
      return running;
    } catch (error) {
      await running.kill();
      throw error;
    }
  };
  let running: Running;
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    // Nothing is worth saving, and a server that a fault has stopped (SIGSTOP) would not hear anything gentler.
    await running?.kill();
    rmSync(dir, { recursive: true, force: true });
    lease.release();
  };
  try {
    makeDirectory(dir, () => shim && createClockFile(clockFile));
    running = await launch();
  } catch (error) {
    await stop();
    throw error;
  }
  let restarts = 0;
  const power: ServerPower = {
    get restarts() {
      return restarts;
    },
    kill: () => running.kill(),
    start: async () => {
      if (stopping !== undefined) return;
      restarts += 1;
      running = await launch();
    },
    pause: async () => running.signal('SIGSTOP'),
    resume: async () => running.signal('SIGCONT'),
  };
  return {
    endpoint: { path },
    source: binary.source,
    description: `${binary.path} (${binary.source === 'download' ? 'downloaded package' : 'process'})`,
    get pid() {
      return running.pid;
    },
    ...(shim ? { clockFile } : {}),
    power,
    ended: () => running.ended(),
    stop: () => (stopping ??= stop()),
  };
}

/** One run of the server binary, from its start to its end. */
class Running {
  readonly #child: ChildProcess;
  readonly #logFile: string;
  readonly #exited: Promise<void>;
  #ended: string | undefined;

  constructor(
    readonly binary: string,
    args: readonly string[],
    dir: string,
    env: NodeJS.ProcessEnv,
  ) {
    this.#logFile = join(dir, 'redis.log');
    const log = openSync(this.#logFile, 'w');
    // Its own session, so that Ctrl-C ends the lab first and the server only then. The log goes to a file: a pipe would
    // keep the parent alive and could fill up.
    this.#child = spawn(binary, args, { cwd: dir, detached: true, stdio: ['ignore', log, log], env });
    closeSync(log);
    this.#child.unref();
    this.#exited = new Promise<void>((resolve) => {
      this.#child.once('error', (error) => {
        this.#ended ??= messageOf(error);
        resolve();
      });
      this.#child.once('exit', (code, signal) => {
        this.#ended ??= signal ? `was killed by ${signal}` : `ended with code ${code}`;
        resolve();
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Waits until it answers. @throws ServerError with the end of its log */
  async answers(path: string): Promise<void> {
    const failed = (): Error | undefined => {
      if (this.#ended === undefined) return undefined;
      return new ServerError('start-failed', `${this.binary} ${this.#ended} at start: ${this.#lastLines()}`);
    };
    try {
      (await answering({ path }, failed, 10_000)).close();
    } catch (error) {
      if (error instanceof ServerError) throw error;
      const message = `${this.binary} did not answer on ${path}: ${messageOf(error)}; its log: ${this.#lastLines()}`;
      throw new ServerError('start-failed', message, { cause: error });
    }
  }

  /** How it ended, which is known a little later than its connections break. */
  async ended(): Promise<string | undefined> {
    await within(END_KNOWN_MS, this.#exited);
    return this.#ended === undefined ? undefined : `the server process ${this.#ended}`;
  }

  /** Ends it at once and waits until it is gone. */
  async kill(): Promise<void> {
    if (this.#child.pid === undefined || this.#ended !== undefined) return;
    this.#child.ref();
    killHard(this.#child.pid);
    await within(5_000, this.#exited);
  }

  /** Sends a signal, unless it has ended. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    if (this.#child.pid !== undefined && this.#ended === undefined) process.kill(this.#child.pid, name);
  }

  /** The end of its log, where it says why it gave up. */
  #lastLines(): string {
    try {
      return (
        readFileSync(this.#logFile, 'utf8').trim().split('\n').slice(-4).join(' | ') || 'its log is empty'
      );
    } catch {
      return 'no log';
    }
  }
}
