import { readFileSync } from 'node:fs';

/**
 * What the kernel says of a process (proc(5), `/proc/PID/stat`), from its state on: the first field is number 3 there.
 *
 * @throws Error when the process is gone, or where there is no such file
 * @internal
 */
export function processStat(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Behind the name, which may contain anything.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/**
 * When a process started, in the kernel's ticks since the machine started: process ids are reused, the pair of both is
 * not.
 *
 * @returns undefined when the process is gone, or where the kernel has no `/proc`
 * @internal
 */
export function startTime(pid: number): string | undefined {
  try {
    return processStat(pid)[19];
  } catch {
    return undefined;
  }
}
