import type { FaultAim } from '../../wire/fault-spec.js';
import type { Move } from '../step.js';

/** Is this move what a fault is aimed at? */
export function hits(aim: FaultAim, move: Move): boolean {
  const { worker, nth, command, key } = aim;
  const struck = move.target.kind === 'server' ? move.target.before : move;
  if (worker !== undefined && struck.worker !== worker) return false;
  if (nth !== undefined && struck.tag?.nth !== nth) return false;
  if (command === undefined && key === undefined) return true;
  const [name, ...args] = struck.command ?? [];
  return (
    (command === undefined || name === command.toUpperCase()) && (key === undefined || args.includes(key))
  );
}
