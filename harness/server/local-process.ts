import { readFileSync } from 'node:fs';
import { Probe } from './probe.js';
import { processStat } from './process-stat.js';
import { sleep } from './sleep.js';
import type { Endpoint } from './types.js';

/** Real ms that it would wait, longer than any execution: this is ended, never waited for. */
const DOWN_MS = 1_000_000;
/** Real ms that it may take the server to close all it has open. */
const CLOSING_LIMIT_MS = 10_000;

/**
 * The server of a container, seen as the process of this kernel that it is. What an engine does in tenths of a second,
 * a signal does at once.
 */
export class LocalProcess {
  private constructor(
    readonly pid: number,
    readonly mounted: string,
    readonly endpoint: Endpoint,
  ) {}

  /**
   * @param pid - its number as the engine knows it, which may mean another process here, or none
   * @param mounted - a part of the path of what only the container has mounted
   * @returns undefined when the process cannot be told, or is not ours to send signals to
   */
  static of(pid: number, mounted: string, endpoint: Endpoint): LocalProcess | undefined {
    const found = new LocalProcess(pid, mounted, endpoint);
    return found.known ? found : undefined;
  }

  /** Is this still the process that was meant? Numbers are used again. */
  get known(): boolean {
    try {
      process.kill(this.pid, 0);
      return readFileSync(`/proc/${this.pid}/mountinfo`, 'utf8').includes(this.mounted);
    } catch {
      return false;
    }
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    process.kill(this.pid, name);
  }

  /**
   * Ends what the server is, though not its process: `DEBUG CRASH-AND-RECOVER` has it close every connection and every
   * port without a word, as the kernel does for a process that is killed, and wait before it starts afresh. Resolves when
   * nobody listens any more.
   *
   * @returns false when the server will not do it
   */
  async crash(): Promise<boolean> {
    try {
      const probe = await Probe.connect(this.endpoint, CLOSING_LIMIT_MS);
      // Done, it cannot answer.
      await probe.call('DEBUG', 'CRASH-AND-RECOVER', DOWN_MS);
      const cut = probe.closed;
      probe.close();
      return cut && (await this.#asleep()) && !(await Probe.listens(this.endpoint));
    } catch {
      return false;
    }
  }

  /** All that it still does is to close what it has open, and then to sleep: a signal before that would not wake it. */
  async #asleep(): Promise<boolean> {
    const until = performance.now() + CLOSING_LIMIT_MS;
    while (this.#state() !== 'S') {
      if (performance.now() > until) return false;
      await sleep(0);
    }
    return true;
  }

  /** Has a server that has crashed start afresh: any signal that it knows ends its sleep. */
  recover(): void {
    process.kill(this.pid, 'SIGTERM');
  }

  /** Is it still there? */
  get alive(): boolean {
    try {
      return this.#state() !== 'Z';
    } catch {
      return false;
    }
  }

  /** What its main thread does: `R` runs, `S` sleeps, `Z` has ended. @throws Error when it is gone */
  #state(): string {
    return processStat(this.pid)[0]!;
  }
}
