import { closeSync, openSync, writeSync } from 'node:fs';
import type { DeadlineQuestion, ServerClock } from './server-clock.js';
import { EPOCH_MS } from '../clock/virtual-time.js';

/**
 * The server's wall clock stands still and is stepped by the lab: a preloaded library answers the server's clock
 * calls from a memory-mapped file, and this class writes that file. A key is alive at its deadline and gone 1 ms
 * later, whatever the real time does.
 *
 * @internal
 */
export class FrozenClock implements ServerClock {
  readonly mode = 'shim';
  readonly deadlines: DeadlineQuestion = {
    command: 'PTTL',
    deadlineMs: (leftMs) => (this.#nowMs ?? EPOCH_MS) + leftMs,
  };
  readonly #file: number;
  readonly #cell = Buffer.alloc(8);
  #nowMs: number | undefined;

  /** @param clockFile - file of two little-endian int64: frozen time in µs, offset in µs */
  constructor(clockFile: string) {
    this.#file = openSync(clockFile, 'r+');
  }

  reset(): void {
    // Every environment puts it back at the end of an execution, so it is known where it stands.
    if (this.#nowMs !== EPOCH_MS) this.#write(EPOCH_MS);
  }

  async advance(byMs: number): Promise<void> {
    if (byMs === 0) return;
    // The server looks at its clock anew for every command, so whatever comes next sees the new time.
    this.#write((this.#nowMs ?? EPOCH_MS) + byMs);
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#cell.writeBigInt64LE(BigInt(nowMs) * 1000n);
    writeSync(this.#file, this.#cell, 0, 8, 0);
  }
}

/** The server's clock runs as it does; moving virtual time moves nothing there. @internal */
export class RealClock implements ServerClock {
  readonly mode = 'real';
  reset(): void {}
  async advance(): Promise<void> {}
}
