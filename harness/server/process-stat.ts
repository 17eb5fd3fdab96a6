import { readFileSync } from 'node:fs';

/**
 * What the kernel says of a process (proc(5), `/proc/PID/stat`), from its state on: the first field is number 3 there.
 *
 * @throws Error when it is gone, or where there is no such file
 */
export function processStat(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Behind the name, which may contain anything.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
