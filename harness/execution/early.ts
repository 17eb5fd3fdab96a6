import type { PendingTimer } from '../clock/timer-order.js';
import { isHeldUp } from './held-up.js';
import type { Move } from './steps/move.js';
import type { Stage } from './stage/stage.js';

/**
 * Notes of each timer whether it would be early: time would have to pass although its worker could go on, or has ended, or
 * although a server could come back. A timer of the worker's own code whose time has come is not early: Node runs it before
 * anything is heard. A timeout of a client stays so: a command that nobody lets go on is not late by itself. But where a
 * fault keeps back what that client waits for, time passes, and its timeout is like any timer of the worker's own code. For who
 * works in the background time passes early, too, while one of the others could go on.
 *
 * @internal
 */
export function noteEarlyTimers(stage: Stage, moves: readonly Move[]): void {
  if (!moves.some(({ dueMs }) => dueMs !== undefined)) return;
  const prompt = moves.some(({ target }) => target.kind === 'event' && target.event.prompt === true);
  const busy = new Set(moves.filter(isWork).map(({ worker }) => worker));
  const { background } = stage.turns;
  const others = background.size > 0 && [...busy].some((worker) => !background.has(worker));
  for (const move of moves) {
    const { target, worker } = move;
    const behind = others && background.has(worker);
    if (target.kind === 'event' && target.event.idle === true && worker > 0)
      if (behind || !runs(stage, worker)) move.early = 'own';
    if (target.kind !== 'timer') continue;
    const ended = worker > 0 && !runs(stage, worker);
    // What an application waits for is as early as that of any worker: they are one process.
    const waits = worker === 0 && stage.app !== undefined ? busy.size > 0 : busy.has(worker);
    if (!ended && !prompt && !behind && !waits) continue;
    if (isOverdue(stage, target.timer)) {
      move.overdue = true;
      continue;
    }
    // Does its client wait for something that a healthy server would have answered by then?
    const hasty = ended || (waits && !isHeldUp(stage, target.timer));
    move.early = target.timer.byClient && hasty ? 'client' : 'own';
  }
}

/** Has its time come, so that Node runs it before anything else? Of a client only where its whole process stood still. */
function isOverdue({ environment, stoodStill }: Stage, { byClient, dueMs, flow }: PendingTimer): boolean {
  return dueMs <= (byClient ? (stoodStill.get(flow) ?? -Infinity) : environment.time.wallMs);
}

/** Is it a timeout or a pause of a client that would be early, or time that passes for such only? @internal */
export function isEarlyTimeout({ target, early }: Move): boolean {
  return early === 'client' || (target.kind === 'expiry' && target.before.every(isEarlyTimeout));
}

/** Does this worker still run? @internal */
export function runs({ workers }: Stage, worker: number): boolean {
  return workers.some(({ flow, status }) => flow.worker === worker && status === 'running');
}

/**
 * Would its worker go on with it? What a fault has made late is no reason to wait for it, nor is what comes by HTTP: how long
 * the other side takes to answer is up to that.
 */
function isWork({ target }: Move): boolean {
  if (target.kind === 'event') return target.event.ordinary && target.event.http === undefined;
  return target.kind !== 'timer';
}
