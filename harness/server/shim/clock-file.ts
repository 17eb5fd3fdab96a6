import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import type { Probe } from '../probe/probe.js';
import { sleep } from '../machine/sleep.js';

/**
 * Where a frozen clock stands when a server is handed out: 2026-01-01T00:00:00.000Z, in microseconds since 1970.
 *
 * @internal
 */
export const CLOCK_START_US = 1_767_225_600_000_000n;

/** Makes the 16-byte file that `clock-shim.c` maps, frozen at {@link CLOCK_START_US}. @internal */
export function createClockFile(path: string): void {
  const content = Buffer.alloc(16);
  content.writeBigInt64LE(CLOCK_START_US, 0);
  // Readable also by another account: inside a container the server may run as one.
  writeFileSync(path, content, { mode: 0o644 });
}

/**
 * Freezes the clock of a server. The file is written in place: the server keeps it mapped.
 *
 * @param frozenUs - microseconds since 1970; `0n` lets the clock run
 * @internal
 */
export function writeClock(path: string, frozenUs: bigint): void {
  const word = Buffer.alloc(8);
  word.writeBigInt64LE(frozenUs, 0);
  const file = openSync(path, 'r+');
  try {
    writeSync(file, word, 0, 8, 0);
  } finally {
    closeSync(file);
  }
}

/**
 * Looks whether the server really lives by the file: frozen while real time passes, stepped when the file is stepped.
 * Leaves it frozen at {@link CLOCK_START_US}.
 *
 * @returns what is wrong, in words; undefined when the server follows
 * @internal
 */
export async function verifyClock(probe: Probe, path: string): Promise<string | undefined> {
  const step = 5_000_000n;
  writeClock(path, CLOCK_START_US);
  const before = await serverTime(probe);
  await sleep(3);
  const after = await serverTime(probe);
  if (before !== CLOCK_START_US || after !== before) return 'the server does not follow the preloaded clock';
  writeClock(path, CLOCK_START_US + step);
  const stepped = await serverTime(probe);
  writeClock(path, CLOCK_START_US);
  const back = await serverTime(probe);
  if (stepped === CLOCK_START_US + step && back === CLOCK_START_US) return undefined;
  return 'the server does not see changes of the clock file';
}

async function serverTime(probe: Probe): Promise<bigint> {
  const [seconds, micros] = (await probe.ask('TIME')) as [string, string];
  return BigInt(seconds) * 1_000_000n + BigInt(micros);
}
