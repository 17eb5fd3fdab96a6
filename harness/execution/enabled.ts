import { noteEarlyTimers } from './early.js';
import { goOnAlone, holdBack } from './rounds.js';
import { mayNotice, possibleFaults } from './possible-faults.js';
import type { PendingTimer } from '../clock/timer-order.js';
import { callMove, commandMove, Move } from './steps/move.js';
import type { Decision } from './steps/decision.js';
import type { PendingEvent } from './steps/event.js';
import type { Stage } from './stage/stage.js';

/**
 * Collects what could happen next, in a fixed order: the worker that ran last, then the others by number, then
 * clients that reconnect, then what a fault delayed, then timers, then the next expiry. The first is the calm choice.
 *
 * @param current - the worker of the last step
 * @param faultsLeft - how many more faults this execution may contain
 * @internal
 */
export function enabledSteps(stage: Stage, current: number, faultsLeft: number): Decision {
  const moves: Move[] = [];
  collectCommands(stage, moves);
  for (const worker of stage.workers) {
    const step = worker.steps[0];
    if (step !== undefined && worker.flow.alive && !stage.paused.has(worker.flow)) {
      moves.push(new Move(worker.flow.worker, step.seq, { kind: 'step', step }));
    }
  }
  const events = stage.pending.filter((event) => mayHappen(stage, event));
  for (const event of events) {
    if (event.ordinary) moves.push(eventMove(event));
  }
  const held = holdBack(stage.turns, moves);
  sortMoves(moves, current);
  const active = moves.length;
  for (const event of events) {
    if (!event.ordinary && event.dueMs === undefined && event.ready?.() !== false)
      moves.push(eventMove(event));
  }
  // Once every worker has ended, a timer can only start something that nobody waits for.
  const waiting = stage.underWay;
  const atAnyTime = moves.length;
  if (waiting) held.push(...collectTimed(stage, events, moves));
  noteEarlyTimers(stage, moves);
  if (moves.length === 0)
    moves.push(...events.filter((event) => mayEnd(event, waiting, held)).map(eventMove));
  // Nothing that is done to a connection can be seen while the server answers nobody.
  const strikes = faultsLeft > 0 && !stage.environment.health.silent;
  const stuck = moves.length === 0;
  // Nobody is struck in the middle of what is the same again and again.
  const faults =
    strikes && !(stuck && held.length > 0) ? possibleFaults(stage, moves.slice(0, active), stuck) : [];
  const free = freeMoves(moves, active, current);
  if (waiting) collectExpiry(stage, moves, atAnyTime, held);
  if (waiting && moves.length === 0 && held.length > 0) moves.push(...goOnAlone(held));
  return { moves, faults, free: free === 0 && moves.length > 0 ? moves.length : free };
}

/** Where nothing else can happen, may this: what waits for its time does, but not only for others to have given up. */
function mayEnd(event: PendingEvent, waiting: boolean, held: readonly Move[]): boolean {
  if (event.idle !== true) return true;
  return waiting && held.every(({ target }) => target.kind !== 'event' || target.event !== event);
}

/** What happens when its time has come, in that order. @returns what is held back of it */
function collectTimed(
  { environment, paused, turns }: Stage,
  events: readonly PendingEvent[],
  moves: Move[],
): Move[] {
  const { time } = environment;
  const holds = (timer: PendingTimer): boolean => turns.holds(timer);
  // Behind a timer that is held back another one of its flow may fire.
  const timers = turns.any ? [...time.next(holds), ...time.next().filter(holds)] : time.next();
  const timed = events.filter(({ dueMs }) => dueMs !== undefined).map(eventMove);
  for (const timer of timers) {
    if (!paused.has(timer.flow))
      timed.push(new Move(timer.flow.worker, timer.order, { kind: 'timer', timer }));
  }
  // What else is due at the moment of a timer comes before it.
  if (timed.length > 1)
    timed.sort((a, b) => a.dueMs! - b.dueMs! || Number(a.kind === 'timer') - Number(b.kind === 'timer'));
  const held = holdBack(turns, timed);
  moves.push(...timed);
  return held;
}

/**
 * Time may stop on its way to a timer, where a key expires: the others find it gone while the timer still runs. It gets
 * there, too, while somebody asks again and again in a loop, or listens for it; timers alone are no loop that it may outlast.
 *
 * @param atAnyTime - how many of the moves do not wait for their time
 * @param held - what waits for news
 */
function collectExpiry(stage: Stage, moves: Move[], atAnyTime: number, held: readonly Move[]): void {
  const { deadlines, time, health } = stage.environment;
  const expiry = health.fault === undefined ? deadlines.after(time.wallMs) : undefined;
  if (expiry === undefined) return;
  const timed = [...moves.slice(atAnyTime), ...held.filter(({ dueMs }) => dueMs !== undefined)];
  const before = timed.filter(
    ({ worker, dueMs = 0, turn }) =>
      (dueMs >= expiry.dueMs || (turn?.keys !== undefined && turn.rounds > 0)) &&
      (worker === 0 || mayNotice(stage, worker)),
  );
  if (before.length > 0 || stage.hearsExpiry) moves.push(new Move(0, 0, { kind: 'expiry', expiry, before }));
}

function eventMove(event: PendingEvent): Move {
  return new Move(event.worker, event.seq, { kind: 'event', event });
}

/** Does an event reach a worker that stands still? What lands on the server, or when its time has come, does not. */
function waitsForWorker(stage: Stage, { worker, held, dueMs }: PendingEvent): boolean {
  if (stage.paused.size === 0 || held !== undefined || dueMs !== undefined) return false;
  return [...stage.paused].some((flow) => flow.worker === worker);
}

/**
 * How many of the moves preempt nobody: those of the current worker while it can go on; any worker's when it cannot;
 * timers only when no worker can go on.
 */
function freeMoves(moves: readonly Move[], active: number, current: number): number {
  if (active === 0) {
    const last = moves.findLastIndex(({ target }) => target.kind === 'event' && target.event.prompt === true);
    return last < 0 ? moves.length : last + 1;
  }
  if (current === 0 || moves[0]!.worker !== current) return active;
  let free = 1;
  while (free < active && moves[free]!.worker === current) free += 1;
  return free;
}

function mayHappen(stage: Stage, event: PendingEvent): boolean {
  if (event.obsolete?.() === true || waitsForWorker(stage, event)) return false;
  // What lands on a server that stands still waits there, like everything else.
  return event.held === undefined || !stage.environment.health.silent;
}

function collectCommands(stage: Stage, moves: Move[]): void {
  for (const link of stage.links) {
    if (link.waits || stage.paused.has(link.client.flow)) continue;
    if (link.phase === 'connecting') {
      if (link.connectIsStep) moves.push(new Move(link.client.flow.worker, 0, { kind: 'connect', link }));
      continue;
    }
    const held = link.frames.queue[0];
    if (held !== undefined && link.isOpen) {
      moves.push(commandMove(link, held));
    }
  }
  for (const client of stage.clients) {
    // Calls on a shared client: any worker may be next, but not into the middle of what is being written.
    if (client.held.length === 0 || client.link === undefined || client.link.frames.queue.length > 0)
      continue;
    if (client.link.waits) continue;
    const seen = new Set<number>();
    for (const call of client.held) {
      const { worker } = call.tag.flow;
      if (seen.has(worker)) continue;
      seen.add(worker);
      moves.push(callMove(client, call));
    }
  }
}

/** Sorts by insertion: there are few, nearly in order, and this is done at every step. */
function sortMoves(moves: Move[], current: number): void {
  for (let from = 1; from < moves.length; from++) {
    const move = moves[from]!;
    let at = from;
    for (; at > 0 && comesBefore(move, moves[at - 1]!, current); at--) moves[at] = moves[at - 1]!;
    moves[at] = move;
  }
}

function comesBefore(a: Move, b: Move, current: number): boolean {
  const [first, second] = [rank(a, current), rank(b, current)];
  return first === second ? a.seq < b.seq : first < second;
}

function rank(move: Move, current: number): number {
  if (move.worker === current) return 0;
  return move.worker === 0 ? Number.MAX_SAFE_INTEGER : move.worker;
}
