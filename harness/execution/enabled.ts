import { FAULTS } from '../wire/fault.js';
import type { FaultSpec } from '../wire/fault-spec.js';
import { faultApplies } from './faults/index.js';
import { Move, type Decision, type FaultMove, type PendingEvent } from './step.js';
import type { Stage } from './stage.js';

/**
 * Collects what could happen next, in a fixed order: the worker that ran last, then the others by number, then
 * clients that reconnect, then what a fault delayed, then timers, then the next expiry. The first is the calm choice.
 *
 * @param current - the worker of the last step
 * @param faultsLeft - how many more faults this execution may contain
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
  sortMoves(moves, current);
  const active = moves.length;
  for (const event of events) {
    if (!event.ordinary && event.dueMs === undefined && event.ready?.() !== false)
      moves.push(eventMove(event));
  }
  // Once every worker has ended, a timer can only start something that nobody waits for.
  const waiting = stage.workers.some((worker) => worker.status === 'running');
  const atAnyTime = moves.length;
  if (waiting) collectTimed(stage, events, moves);
  if (moves.length === 0) moves.push(...events.map(eventMove));
  // Nothing that is done to a connection can be seen while the server answers nobody.
  const strikes = faultsLeft > 0 && !stage.environment.trouble.silent;
  const stuck = moves.length === 0;
  const faults = strikes ? possibleFaults(stage, moves.slice(0, active), stuck) : [];
  const free = freeMoves(moves, active, current);
  if (waiting) collectExpiry(stage, moves, atAnyTime);
  return { moves, faults, free };
}

/** What happens when its time has come, in that order. */
function collectTimed(stage: Stage, events: readonly PendingEvent[], moves: Move[]): void {
  const timers = stage.environment.time.next();
  const timed = events.filter(({ dueMs }) => dueMs !== undefined);
  if (timed.length > 1) timed.sort((a, b) => a.dueMs! - b.dueMs!);
  for (const timer of timers) {
    if (stage.paused.has(timer.flow)) continue;
    while (timed.length > 0 && timed[0]!.dueMs! <= timer.dueMs) moves.push(eventMove(timed.shift()!));
    moves.push(new Move(timer.flow.worker, timer.seq, { kind: 'timer', timer }));
  }
  for (const event of timed) moves.push(eventMove(event));
}

/**
 * Time may stop on its way to a timer, where a key expires: the others find it gone while the timer still runs.
 *
 * @param atAnyTime - how many of the moves do not wait for their time
 */
function collectExpiry(stage: Stage, moves: Move[], atAnyTime: number): void {
  const { deadlines, time, trouble } = stage.environment;
  const expiry = trouble.kind === undefined ? deadlines.after(time.wallMs) : undefined;
  if (expiry === undefined) return;
  const before = moves
    .slice(atAnyTime)
    .filter(({ worker, dueMs = 0 }) => dueMs >= expiry.dueMs && (worker === 0 || mayNotice(stage, worker)));
  if (before.length > 0) moves.push(new Move(0, 0, { kind: 'expiry', expiry, before }));
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
  return event.held === undefined || !stage.environment.trouble.silent;
}

function collectCommands(stage: Stage, moves: Move[]): void {
  for (const link of stage.links) {
    if (link.waits || stage.paused.has(link.client.flow)) continue;
    if (link.phase === 'connecting') {
      if (link.connectIsStep && !link.hangs)
        moves.push(new Move(link.client.flow.worker, 0, { kind: 'connect', link }));
      continue;
    }
    const held = link.queue[0];
    if (held !== undefined && link.phase === 'open') {
      moves.push(new Move(held.tag.flow.worker, held.seq, { kind: 'command', link, held }));
    }
  }
  for (const client of stage.clients) {
    // Calls on a shared client: any worker may be next, but not into the middle of what is being written.
    if (client.held.length === 0 || client.link === undefined || client.link.queue.length > 0) continue;
    if (client.link.waits) continue;
    const seen = new Set<number>();
    for (const call of client.held) {
      const { worker } = call.tag.flow;
      if (seen.has(worker)) continue;
      seen.add(worker);
      moves.push(new Move(worker, call.seq, { kind: 'command', client, call }));
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

/** @param stuck - nothing can happen by itself any more, not even time pass */
function possibleFaults(stage: Stage, moves: readonly Move[], stuck: boolean): FaultMove[] {
  const { specs } = stage.scenario.faults;
  const faults: FaultMove[] = [];
  const struck = new Map<FaultSpec, Set<number>>();
  for (const move of moves) {
    for (const spec of specs) {
      if (!faultApplies(stage, move, spec)) continue;
      if (FAULTS[spec.kind].target === 'worker') {
        // It strikes at the worker, whichever of its moves comes first.
        const workers = struck.get(spec) ?? new Set();
        if (workers.has(move.worker)) continue;
        struck.set(spec, workers.add(move.worker));
      }
      faults.push({ spec, at: move });
    }
  }
  const before = stuck ? waitingConnections(stage) : moves;
  for (const spec of specs) {
    const at = serverMove(stage, before, spec);
    if (at !== undefined) faults.push({ spec, at });
  }
  if (specs.some(({ kind }) => FAULTS[kind].target === 'connection')) faults.push(...connectionFaults(stage));
  return faults;
}

/**
 * The server is struck before one move: what is done to it is the same whichever comes next, so it is the
 * first one that the fault may strike at. Were it only the calm one, it would matter who ran last.
 */
function serverMove(stage: Stage, moves: readonly Move[], spec: FaultSpec): Move | undefined {
  if (FAULTS[spec.kind].target !== 'server') return undefined;
  for (const before of moves) {
    const at = new Move(0, before.seq, { kind: 'server', before });
    if (faultApplies(stage, at, spec)) return at;
  }
  return undefined;
}

/** Connections on which somebody waits for the server, and the server for somebody. */
function waitingConnections(stage: Stage): Move[] {
  return stage.links
    .filter((link) => link.waits && link.phase === 'open' && mayNotice(stage, link.client.flow.worker))
    .map((link) => new Move(link.client.flow.worker, 0, { kind: 'connection', link }));
}

/** Faults of connections on which nothing is at the gate, while somebody may still notice. */
function connectionFaults(stage: Stage): FaultMove[] {
  const faults: FaultMove[] = [];
  for (const link of stage.links) {
    const { worker } = link.client.flow;
    if (link.phase !== 'open' || link.queue.length > 0 || !mayNotice(stage, worker)) continue;
    if (stage.paused.has(link.client.flow)) continue;
    const at = new Move(worker, 0, { kind: 'connection', link });
    for (const spec of stage.scenario.faults.specs) {
      if (faultApplies(stage, at, spec)) faults.push({ spec, at });
    }
  }
  return faults;
}

function mayNotice(stage: Stage, worker: number): boolean {
  return stage.workers.some(
    ({ flow, status }) => status === 'running' && (worker === 0 || flow.worker === worker),
  );
}
