import type { ServerPower } from '../power.js';
import type { Lease } from '../reaper/reaper.js';
import { Running, type ServerCommand } from './running.js';

/**
 * A server that is started again and again with the same command: a new process each time, at the same socket.
 *
 * @internal
 */
export class Restartable implements ServerPower {
  readonly #command: ServerCommand;
  readonly #socket: string;
  readonly #lease: Lease;
  #running: Running | undefined;
  #restarts = 0;
  #over = false;

  constructor(command: ServerCommand, socket: string, lease: Lease) {
    this.#command = command;
    this.#socket = socket;
    this.#lease = lease;
  }

  /** Starts a process and waits until it answers. @throws ServerError when it does not, and then it is gone */
  async launch(): Promise<void> {
    const running = new Running(this.#command);
    if (running.pid !== undefined) this.#lease.add({ pid: running.pid });
    try {
      await running.answers(this.#socket);
      this.#running = running;
    } catch (error) {
      await running.kill();
      throw error;
    }
  }

  /** Process id of the one that runs, or was the last one. */
  get pid(): number | undefined {
    return this.#running?.pid;
  }

  /** How it ended. @returns undefined while it runs */
  async ended(): Promise<string | undefined> {
    return await this.#running?.ended();
  }

  /** Has somebody else ended it by a signal? */
  get killed(): boolean {
    return this.#running?.killed === true;
  }

  get restarts(): number {
    return this.#restarts;
  }

  async kill(): Promise<void> {
    await this.#running?.kill();
  }

  async start(): Promise<void> {
    if (this.#over) return;
    this.#restarts += 1;
    await this.launch();
  }

  async pause(): Promise<void> {
    this.#running?.signal('SIGSTOP');
  }

  async resume(): Promise<void> {
    this.#running?.signal('SIGCONT');
  }

  /** Ends it for good: it is not started again. */
  async end(): Promise<void> {
    this.#over = true;
    await this.kill();
  }
}
