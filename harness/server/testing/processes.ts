import { execFileSync } from 'node:child_process';
import { processStat } from '../machine/process-stat.js';
import { isRunning } from '../machine/signals.js';

/** Whether a process runs. One that was killed but that its parent has not collected yet does not. */
export function isAlive(pid: number): boolean {
  if (!isRunning(pid)) return false;
  try {
    return processStat(pid)[0] !== 'Z';
  } catch {
    // It ended meanwhile, or this is no Linux.
    return isRunning(pid);
  }
}

/**
 * Processes that a process has started and that still run.
 *
 * @param what - a part of their command lines; default: all of them
 */
export function childrenOf(pid: number, what = ''): number[] {
  const listed = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' });
  return listed.split('\n').flatMap((line) => {
    const [id, parent, state, ...command] = line.trim().split(/\s+/);
    const found = Number(parent) === pid && state?.startsWith('Z') === false;
    return found && command.join(' ').includes(what) ? [Number(id)] : [];
  });
}
