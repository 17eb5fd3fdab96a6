import { real } from '../clock/globals.js';
import { runInFlow } from '../flow.js';
import { REFUSED_RECONNECTS, type FaultKind } from '../wire/fault.js';
import type { HeldCommand, Link } from '../wire/link.js';
import { connectionRefused, connectionReset } from '../wire/socket-errors.js';
import { open } from './settle.js';
import { commandText, Move, type FaultMove, type PerformedStep } from './step.js';
import type { Stage } from './stage.js';
import { readValues } from './values.js';

/** A command that the lab cannot order yet. */
export class UnsupportedCommandError extends Error {
  override name = 'UnsupportedCommandError';
}

/** Commands whose reply may come much later, or never: one of these would hold up everybody. */
const BLOCKING = new Set(
  (
    'BLPOP BRPOP BLMOVE BRPOPLPUSH BLMPOP BZPOPMIN BZPOPMAX BZMPOP WAIT WAITAOF ' +
    'SUBSCRIBE PSUBSCRIBE SSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE SUNSUBSCRIBE MONITOR'
  ).split(' '),
);
const SCRIPTS = new Set(['EVAL', 'EVALSHA', 'EVAL_RO', 'EVALSHA_RO', 'SCRIPT', 'FUNCTION']);

/** Performs one step and records it. */
export async function perform(stage: Stage, move: Move, preemption: boolean): Promise<void> {
  const { target } = move;
  switch (target.kind) {
    case 'command': {
      const written = onTheWire(stage, move);
      const step = record(stage, written ?? move, preemption, undefined);
      if (written === undefined) return;
      const { link, held } = written.target;
      link.queue.shift();
      const reply = await sendUpstream(stage, link, held, step);
      note(stage, held, true, true);
      runInFlow(link.client.flow, () => link.stream.deliver(reply));
      return;
    }
    case 'connect':
      record(stage, move, preemption, undefined);
      await connect(stage, target.link);
      return;
    case 'step':
      record(stage, move, preemption, undefined);
      stage.workers.find((worker) => worker.flow.worker === move.worker)!.steps.shift();
      target.step.proceed();
      return;
    case 'timer': {
      const { time, serverClock } = stage.environment;
      const byMs = time.advanceTo(target.timer);
      if (byMs > 0) await serverClock.advance(byMs);
      record(stage, move, preemption, undefined);
      touch(stage, move.worker);
      time.fire(target.timer);
    }
  }
}

/** Injects one fault and records it. */
export async function inject(stage: Stage, fault: FaultMove): Promise<void> {
  const { kind, at } = fault;
  if (kind === 'worker-crash') {
    record(stage, at, false, kind);
    crash(stage, at.worker);
    return;
  }
  if (at.target.kind === 'connect') {
    record(stage, at, false, kind);
    at.target.link.client.touched = true;
    at.target.link.client.refuse = REFUSED_RECONNECTS;
    await connect(stage, at.target.link);
    return;
  }
  const written = onTheWire(stage, at);
  const step = record(stage, written ?? at, false, kind);
  if (written === undefined) return;
  const { link, held } = written.target;
  link.client.touched = true;
  link.queue.shift();
  const applied = kind === 'reset-after-apply' || kind === 'truncated-reply' || kind === 'black-hole-reply';
  const reply = applied ? await sendUpstream(stage, link, held, step) : undefined;
  note(stage, held, applied, false);
  runInFlow(link.client.flow, () => breakLink(link, kind, reply));
}

function breakLink(link: Link, kind: FaultKind, reply: Buffer | undefined): void {
  switch (kind) {
    case 'truncated-reply':
      link.stream.deliver(reply!.subarray(0, Math.floor(reply!.length / 2)));
      link.stream.remoteEnd();
      break;
    case 'black-hole-request':
    case 'black-hole-reply':
      link.silent = true;
      link.queue.length = 0;
      break;
    default:
      link.stream.destroy(connectionReset());
  }
}

async function sendUpstream(stage: Stage, link: Link, held: HeldCommand, step: PerformedStep): Promise<Buffer> {
  const { name, args } = held;
  if (BLOCKING.has(name) || ((name === 'XREAD' || name === 'XREADGROUP') && hasBlock(args))) {
    throw new UnsupportedCommandError(
      `${held.tag.flow.name} sent ${name}, which waits on the server: blocking commands and subscriptions cannot be ordered yet`,
    );
  }
  const { environment } = stage;
  if (SCRIPTS.has(name)) environment.scriptsLoaded = true;
  const clock = environment.serverClock;
  const prepared = clock.beforeCommand?.(name, args);
  if (prepared !== undefined) await prepared;
  const before = stage.traced ? await readValues(environment.control, args) : undefined;
  environment.inFlight = { who: held.tag.flow.name, name, sinceMs: real.now() };
  const reply = await link.upstream!.request(held.frame);
  environment.inFlight = undefined;
  step.reply = reply;
  const followed = clock.afterCommand?.(name, args);
  if (followed !== undefined) await followed;
  if (before !== undefined) {
    const after = await readValues(environment.control, args);
    step.values = before.map(({ key, value }, at) => ({ key, before: value, after: after[at]?.value ?? null }));
  }
  return reply;
}

function hasBlock(args: readonly Buffer[]): boolean {
  return args.some((arg) => arg.length === 5 && arg.toString('latin1').toUpperCase() === 'BLOCK');
}

/** A move whose command is a frame at the gate. */
type WrittenMove = Move & { readonly target: { readonly link: Link; readonly held: HeldCommand } };

/** The move itself, or, for a call on a shared client, the frame that the client writes for it, if it writes one. */
function onTheWire(stage: Stage, move: Move): WrittenMove | undefined {
  const { target } = move;
  if (target.kind !== 'command') return undefined;
  if ('held' in target) return move as WrittenMove;
  target.client.release(target.call);
  const { link } = target.client;
  const held = link?.queue[0];
  if (link !== undefined && held !== undefined) {
    return new Move(move.worker, held.seq, { kind: 'command', link, held }) as WrittenMove;
  }
  stage.notes.push(`${target.client.name}: the client sent nothing`);
  return undefined;
}

async function connect(stage: Stage, link: Link): Promise<void> {
  const { client } = link;
  if (client.refuse > 0) {
    client.refuse -= 1;
    stage.notes.push(`${client.name}: connect refused`);
    runInFlow(client.flow, () => link.stream.destroy(connectionRefused('127.0.0.1', 6379)));
    return;
  }
  await open(stage, link);
}

/** The process of a worker dies: it never runs again, and its connections close. */
function crash(stage: Stage, id: number): void {
  const worker = stage.workers.find(({ flow }) => flow.worker === id)!;
  worker.status = 'crashed';
  worker.flow.alive = false;
  worker.steps.length = 0;
  for (const link of stage.links) {
    if (link.client.flow !== worker.flow || link.phase === 'closed') continue;
    link.client.touched = true;
    link.phase = 'closed';
    link.queue.length = 0;
    stage.closing.push(link);
  }
}

/** After a timer of its own, a client may be in any state: it does not serve another execution. */
function touch(stage: Stage, worker: number): void {
  for (const client of stage.clients) if (client.flow.worker === worker && worker === 0) client.touched = true;
}

function note(stage: Stage, held: HeldCommand, applied: boolean, answered: boolean): void {
  const { history } = stage;
  history.commands.push({
    worker: held.tag.flow.worker,
    at: history.tick(),
    command: commandText(held.args),
    applied,
    answered,
  });
}

function record(stage: Stage, move: Move, preemption: boolean, fault: FaultKind | undefined): PerformedStep {
  const { target } = move;
  const args = target.kind === 'command' && 'held' in target ? target.held.args : undefined;
  const step: PerformedStep = {
    kind: move.kind,
    worker: move.worker,
    id: move.id,
    args,
    text: args === undefined ? move.label : undefined,
    reply: undefined,
    fault,
    preemption,
    atMs: stage.environment.time.elapsedMs(),
    source: stage.traced ? move.source : undefined,
    notes: [],
  };
  stage.steps.push(step);
  return step;
}
