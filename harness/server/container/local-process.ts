import { readFileSync } from 'node:fs';
import { Probe } from '../probe/probe.js';
import { processStat } from '../machine/process-stat.js';
import { sleep } from '../machine/sleep.js';
import type { Endpoint } from '../types.js';

/** How long it would wait before it starts afresh: longer than any execution, since a signal ends the wait. */
const DOWN_MS = 1_000_000;
/** How long the server may take to close all it has open. */
const CLOSING_LIMIT_MS = 10_000;

/**
 * The server of a container, seen as the process of this kernel that it is. What an engine does in tenths of a second,
 * a signal does at once.
 *
 * @internal
 */
export class LocalProcess {
  private constructor(
    /** Its process id. */
    readonly pid: number,
    /** A part of the path of what only the container has mounted. */
    readonly mounted: string,
    /** Where it answers. */
    readonly endpoint: Endpoint,
  ) {}

  /**
   * Finds the process of a container's server.
   *
   * @param pid - its number as the engine knows it, which may mean another process here, or none
   * @param mounted - a part of the path of what only the container has mounted
   * @returns undefined when the process cannot be found, or is not ours to send signals to
   */
  static of(pid: number, mounted: string, endpoint: Endpoint): LocalProcess | undefined {
    const found = new LocalProcess(pid, mounted, endpoint);
    return found.known ? found : undefined;
  }

  /** Whether this is still the process that was meant: numbers are used again. */
  get known(): boolean {
    try {
      process.kill(this.pid, 0);
      return readFileSync(`/proc/${this.pid}/mountinfo`, 'utf8').includes(this.mounted);
    } catch {
      return false;
    }
  }

  /** Sends a signal. @throws Error when it is gone */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    process.kill(this.pid, name);
  }

  /**
   * Ends what the server is, though not its process: `DEBUG CRASH-AND-RECOVER` has it close every connection and every
   * port without a word, as the kernel does for a process that is killed, and wait before it starts afresh. Resolves when
   * its address takes no connections any more.
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

  /**
   * Waits until it sleeps. Before that it closes what it has open, and a signal then would not wake it later.
   *
   * @returns false when it takes too long
   */
  async #asleep(): Promise<boolean> {
    const until = performance.now() + CLOSING_LIMIT_MS;
    while (this.#state() !== 'S') {
      if (performance.now() > until) return false;
      await sleep(0);
    }
    return true;
  }

  /** Makes a server that has crashed start afresh: any signal that it knows ends its sleep. */
  recover(): void {
    process.kill(this.pid, 'SIGTERM');
  }

  /** Whether it is still there. */
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
