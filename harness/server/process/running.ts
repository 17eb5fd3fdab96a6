import { exitText } from '../../base/exit-text.js';
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServerError, messageOf } from '../errors.js';
import { killHard } from '../machine/signals.js';
import { within } from '../machine/sleep.js';
import { END_KNOWN_MS, START_LIMIT_MS } from '../place.js';
import { answering } from '../probe/answering.js';

/** What is run. @internal */
export interface ServerCommand {
  /** Path of the server binary, for words. */
  readonly binary: string;
  /** The program that is run: the binary, or a loader. */
  readonly file: string;
  readonly args: readonly string[];
  /** Working directory; the log goes there too. */
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Real milliseconds after which nobody waits any more for a process that was killed. */
const KILL_LIMIT_MS = 5_000;
/** What others end a process with, and what it never gets by its own fault. */
const FROM_OUTSIDE: ReadonlySet<NodeJS.Signals | null> = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP']);
/** Lines at the end of the log that an error shows. */
const LOG_LINES = 4;

/** One run of the server binary, from its start to its end. @internal */
export class Running {
  readonly #child: ChildProcess;
  readonly #binary: string;
  readonly #logFile: string;
  readonly #exited: Promise<void>;
  #ended: string | undefined;
  #killedHere = false;
  #killed = false;

  constructor({ binary, file, args, directory, env }: ServerCommand) {
    this.#binary = binary;
    this.#logFile = join(directory, 'redis.log');
    const log = openSync(this.#logFile, 'w');
    // Its own session, so that Ctrl-C ends the lab first and the server only then. The log goes to a file: a pipe would
    // keep the parent alive and could fill up.
    const stdio = ['ignore', log, log] as const;
    this.#child = spawn(file, args, { cwd: directory, detached: true, stdio: [...stdio], env });
    closeSync(log);
    this.#child.unref();
    this.#exited = new Promise<void>((resolve) => {
      this.#child.once('error', (error) => {
        this.#ended ??= messageOf(error);
        resolve();
      });
      this.#child.once('exit', (code, signal) => {
        this.#ended ??= exitText(code, signal);
        this.#killed = !this.#killedHere && FROM_OUTSIDE.has(signal);
        resolve();
      });
    });
  }

  /** Its process id; undefined when it could not be started at all. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /**
   * Waits until it answers.
   *
   * @param path - of its unix socket
   * @throws ServerError with the end of its log: `killed` where somebody else ended it, or else `start-failed`
   */
  async answers(path: string): Promise<void> {
    const failed = (): Error | undefined => {
      if (this.#ended === undefined) return undefined;
      const code = this.#killed ? 'killed' : 'start-failed';
      return new ServerError(code, `${this.#binary} ${this.#ended} at start: ${this.#lastLines()}`);
    };
    try {
      (await answering({ path }, failed, START_LIMIT_MS)).close();
    } catch (error) {
      if (error instanceof ServerError) throw error;
      const message = `${this.#binary} did not answer on ${path}: ${messageOf(error)}; its log: ${this.#lastLines()}`;
      throw new ServerError('start-failed', message, { cause: error });
    }
  }

  /** How it ended, which is known a little later than its connections break. @returns undefined while it runs */
  async ended(): Promise<string | undefined> {
    await within(END_KNOWN_MS, this.#exited);
    return this.#ended === undefined ? undefined : `the server process ${this.#ended}`;
  }

  /** Has somebody else ended it by a signal? */
  get killed(): boolean {
    return this.#killed;
  }

  /** Ends it at once and waits until it is gone. */
  async kill(): Promise<void> {
    if (this.#child.pid === undefined || this.#ended !== undefined) return;
    this.#child.ref();
    this.#killedHere = true;
    killHard(this.#child.pid);
    await within(KILL_LIMIT_MS, this.#exited);
  }

  /** Sends a signal, unless it has ended. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    if (this.#child.pid !== undefined && this.#ended === undefined) process.kill(this.#child.pid, name);
  }

  /** The end of its log, where it says why it gave up. */
  #lastLines(): string {
    try {
      const log = readFileSync(this.#logFile, 'utf8').trim();
      return log === '' ? 'its log is empty' : log.split('\n').slice(-LOG_LINES).join(' | ');
    } catch {
      return 'no log';
    }
  }
}
