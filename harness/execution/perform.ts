import type { WireCommand } from '../check/history.js';
import { forgetRealWork } from '../clock/real-work.js';
import { runInFlow, type Flow } from '../flow.js';
import { REFUSED_RECONNECTS, type FaultKind } from '../wire/fault.js';
import type { HeldCommand, Link } from '../wire/link.js';
import { connectionRefused, connectionReset } from '../wire/socket-errors.js';
import { ServerGoneError } from '../wire/upstream.js';
import { open, serverClosed } from './settle.js';
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
/** Commands that act on the whole server, and so on the lab itself. */
const SERVER_WIDE = new Set(['SHUTDOWN', 'CLIENT PAUSE', 'CLIENT REPLY', 'SYNC', 'PSYNC', 'DEBUG SLEEP']);
/** A simple string: `+OK`. */
const STATUS_REPLY = 0x2b;

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
      note(stage, held, true, reply !== undefined);
      if (reply === undefined) return;
      runInFlow(receiver(link, held), () => link.deliver(reply, held));
      if (held.name === 'QUIT') hangUp(stage, link);
      // Other connections may have been killed: their end has arrived before the answer to this does.
      else if (held.name === 'CLIENT') await stage.environment.control.call('PING');
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
    at.target.link.client.refuse = REFUSED_RECONNECTS;
    await connect(stage, at.target.link);
    return;
  }
  const written = onTheWire(stage, at);
  const step = record(stage, written ?? at, false, kind);
  if (written === undefined) return;
  const { link, held } = written.target;
  link.queue.shift();
  const applied = kind === 'reset-after-apply' || kind === 'truncated-reply' || kind === 'black-hole-reply';
  const reply = applied ? await sendUpstream(stage, link, held, step) : undefined;
  note(stage, held, applied, false);
  if (link.phase === 'open') runInFlow(link.client.flow, () => breakLink(link, kind, reply));
}

/** A client that is known by its frames only may call back from inside of its `data` handler: for whom it asked. */
function receiver(link: Link, { tag }: HeldCommand): Flow {
  return tag.byWire && tag.flow.alive ? tag.flow : link.client.flow;
}

function breakLink(link: Link, kind: FaultKind, reply: Buffer | undefined): void {
  link.broken = true;
  switch (kind) {
    case 'truncated-reply':
      if (reply !== undefined) link.stream.deliver(reply.subarray(0, Math.floor(reply.length / 2)));
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

/**
 * Sends one command and awaits its reply.
 *
 * @returns undefined when the server closed this connection instead of answering
 * @throws ServerGoneError, UnsupportedCommandError
 */
async function sendUpstream(
  stage: Stage,
  link: Link,
  held: HeldCommand,
  step: PerformedStep,
): Promise<Buffer | undefined> {
  const { name, args } = held;
  refuseUnsupported(held);
  const { serverClock: clock, scripts, control } = stage.environment;
  const before = stage.traced ? await readValues(control, args, link.database) : undefined;
  const refreshed = scripts.before(control, name, args);
  if (refreshed !== undefined) await refreshed;
  const prepared = clock.beforeCommand?.(name, args);
  if (prepared !== undefined) await prepared;
  let reply: Buffer;
  try {
    reply = await link.upstream!.request(held.frame);
  } catch (error) {
    await connectionLost(stage, link, held, error);
    return undefined;
  }
  scripts.after(name, args, reply);
  const followed = clock.afterCommand?.(name, args, reply);
  if (followed !== undefined) reply = (await followed) ?? reply;
  step.reply = reply;
  if (name === 'SELECT' && reply[0] === STATUS_REPLY) link.database = args[1]!.toString('latin1');
  if (before !== undefined) {
    const after = await readValues(control, args, link.database);
    step.values = before.map(({ key, value }, at) => ({
      key,
      before: value,
      after: after[at]?.value ?? null,
    }));
  }
  return reply;
}

function refuseUnsupported({ name, args, tag }: HeldCommand): void {
  if (BLOCKING.has(name) || ((name === 'XREAD' || name === 'XREADGROUP') && hasBlock(args))) {
    throw new UnsupportedCommandError(
      `${tag.flow.name} sent ${name}, which waits on the server: blocking commands and subscriptions cannot be ordered yet`,
    );
  }
  const words = [name, `${name} ${args[1]?.toString('latin1').toUpperCase()}`];
  const known = words.find((word) => SERVER_WIDE.has(word));
  if (known !== undefined) {
    throw new UnsupportedCommandError(
      `${tag.flow.name} sent ${known}, which would stop the lab's own connections, too`,
    );
  }
}

/** The connection ended instead of an answer. @throws ServerGoneError when the server is gone */
async function connectionLost(
  stage: Stage,
  link: Link,
  { name, tag }: HeldCommand,
  error: unknown,
): Promise<void> {
  try {
    if (link.upstream?.gaveUp !== false) throw error;
    const noted = stage.cut.indexOf(link);
    if (noted >= 0) stage.cut.splice(noted, 1);
    await serverClosed(stage, link);
  } catch (gone) {
    const { message } = gone as Error;
    throw new ServerGoneError(`${message} (${name} of ${tag.flow.name} was not answered)`, { cause: gone });
  }
}

/** QUIT: the server closes the connection right after its reply. */
function hangUp(stage: Stage, link: Link): void {
  stage.discardUpstream(link);
  if (link.phase === 'open') runInFlow(link.client.flow, () => link.stream.remoteEnd());
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
  const why =
    link?.silent === true ? 'nothing passes on this connection any more' : 'the client sent nothing';
  stage.notes.push(`${target.client.name}: ${why}`);
  return undefined;
}

async function connect(stage: Stage, link: Link): Promise<void> {
  const { client } = link;
  if (client.refuse > 0) {
    client.refuse -= 1;
    link.broken = true;
    stage.notes.push(`${client.name}: connect refused`);
    runInFlow(client.flow, () => link.stream.destroy(connectionRefused('127.0.0.1', 6379)));
    return;
  }
  await open(stage, link);
}

/** The process of a worker dies: it never runs again, and its connections close. */
function crash(stage: Stage, id: number): void {
  const { history, links, closing } = stage;
  const worker = stage.workers.find(({ flow }) => flow.worker === id)!;
  worker.status = 'crashed';
  worker.flow.alive = false;
  worker.flow.immediates.length = 0;
  worker.steps.length = 0;
  forgetRealWork(worker.flow);
  stage.abort(worker.flow);
  // Nobody is inside of anything any more; what came of it is unknown.
  const end = history.tick();
  for (const operation of history.operations) {
    if (operation.worker === id && operation.end === Infinity) operation.end = end;
  }
  for (const link of links) {
    if (link.client.flow !== worker.flow || link.phase === 'closed') continue;
    link.close();
    link.stream.abandon?.();
    closing.push(link);
  }
}

function note(stage: Stage, held: HeldCommand, applied: boolean, answered: boolean): void {
  const { history } = stage;
  history.commands.push(new SentCommand(held, history.tick(), applied, answered));
}

/** One command in the history; its text is worked out when somebody reads it. */
class SentCommand implements WireCommand {
  readonly worker: number;
  readonly #args: readonly Buffer[];

  constructor(
    held: HeldCommand,
    readonly at: number,
    readonly applied: boolean,
    readonly answered: boolean,
  ) {
    this.worker = held.tag.flow.worker;
    this.#args = held.args;
  }

  get command(): readonly string[] {
    return commandText(this.#args);
  }
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
