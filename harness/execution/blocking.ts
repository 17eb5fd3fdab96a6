import type { Environment } from './environment.js';
import type { HeldCommand, Link } from '../wire/link.js';
import { encodeCommand, type Control } from '../wire/control.js';
import { isReplyError } from '../wire/resp.js';
import { noteEffects } from './after-reply.js';
import { handOver } from './deliver.js';
import { unanswered } from './muted.js';
import { note } from './recording.js';
import type { Stage } from './stage.js';
import { commandText, type PendingEvent } from './step.js';

/** A command that the server has not answered, since it waits for another client or for its time. */
export interface ServerWait {
  readonly link: Link;
  readonly held: HeldCommand;
  /** Of its step. */
  readonly id: string;
  /** The server's number for the connection. */
  readonly clientId: string;
  readonly answer: Promise<Buffer | undefined>;
  /** Its time running out. */
  timeout: PendingEvent | undefined;
}

/** How a command says for how long it may wait: which argument (from the end if negative), in how many ms. */
interface TimeoutArgument {
  readonly at: number;
  readonly unitMs: number;
}

const LAST_SECONDS: TimeoutArgument = { at: -1, unitMs: 1000 };
const FIRST_SECONDS: TimeoutArgument = { at: 1, unitMs: 1000 };

/** Commands that may wait on the server (https://redis.io/docs/latest/commands/, by their `blocking` flag). */
const TIMEOUTS: Readonly<Record<string, TimeoutArgument>> = {
  BLPOP: LAST_SECONDS,
  BRPOP: LAST_SECONDS,
  BLMOVE: LAST_SECONDS,
  BRPOPLPUSH: LAST_SECONDS,
  BZPOPMIN: LAST_SECONDS,
  BZPOPMAX: LAST_SECONDS,
  BLMPOP: FIRST_SECONDS,
  BZMPOP: FIRST_SECONDS,
  WAIT: { at: 2, unitMs: 1 },
  WAITAOF: { at: 3, unitMs: 1 },
};

/** May the server keep this command waiting? Inside of a transaction it never does. */
export function mayWait(link: Link, held: HeldCommand): boolean {
  return !link.transaction && timeoutOf(held) !== undefined;
}

function timeoutOf(held: HeldCommand): TimeoutArgument | undefined {
  const { name } = held;
  if (name !== 'XREAD' && name !== 'XREADGROUP') return TIMEOUTS[name];
  // Only now: to look at the arguments of every command would cost more than the rest of this question.
  const block = held.args.findIndex(
    (arg) => arg.length === 5 && arg.toString('latin1').toUpperCase() === 'BLOCK',
  );
  return block < 0 ? undefined : { at: block + 1, unitMs: 1 };
}

/**
 * Sends a command that may wait. Whether it does is asked of the server, again and again until it either answers or
 * says that the client is blocked: no clock of the lab decides that.
 *
 * @param id - of its step
 * @returns its reply; undefined when it waits
 * @throws ServerGoneError
 */
export async function sendAndMayWait(
  stage: Stage,
  link: Link,
  held: HeldCommand,
  id: string,
): Promise<Buffer | undefined> {
  const { environment } = stage;
  const upstream = link.upstream!;
  // Known from when it was opened: within a transaction the question would only be queued.
  upstream.clientId ??= ((await upstream.id()) ?? (await upstream.askId())).toString();
  const { clientId } = upstream;
  const frame = followsClock(environment) ? held.frame : withoutTimeout(held);
  const answer = upstream.request(link.muted ? unanswered(frame) : frame);
  let settled = false;
  const quiet = answer.finally(() => (settled = true)).catch(() => undefined);
  for (let blocked = false; !blocked;) {
    blocked = (await blockedClients(environment.control, [clientId]))?.has(clientId) === true;
    if (settled) return answer;
  }
  upstream.waitsSince = undefined;
  link.waits = true;
  stage.waiting.push({ link, held, id, clientId, answer: quiet, timeout: undefined });
  // What waits for the server's writes to go on has not begun to wait for anything else.
  if (environment.trouble.kind !== 'server-pause') limitWaits(stage);
  return undefined;
}

/** From now on the time runs that commands want to wait at most. */
export function limitWaits(stage: Stage): void {
  for (const wait of stage.waiting) {
    const limitMs = waitLimitMs(wait.held);
    if (wait.timeout !== undefined || limitMs === undefined) continue;
    wait.timeout = runsOut(stage, wait, limitMs);
    stage.pending.push(wait.timeout);
  }
}

/** Does the server itself notice when the time of a command is over? */
function followsClock({ serverClock }: Environment): boolean {
  return serverClock.mode === 'shim';
}

/** In ms; undefined for ever, for what the server will refuse, and for what does not wait by itself. */
function waitLimitMs(held: HeldCommand): number | undefined {
  const timeout = timeoutOf(held);
  if (timeout === undefined) return undefined;
  const { at, unitMs } = timeout;
  const limit = Math.ceil(Number(held.args.at(at)?.toString('latin1')) * unitMs);
  return limit > 0 && Number.isSafeInteger(limit) ? limit : undefined;
}

/** Where the server's clock runs by itself, the command waits without a limit there, and the lab ends the wait. */
function withoutTimeout(held: HeldCommand): Buffer {
  if (waitLimitMs(held) === undefined) return held.frame;
  const { at } = timeoutOf(held)!;
  return encodeCommand(held.args.with(at, Buffer.from('0')));
}

/** Redis ends a wait once its clock is past the time: 1 ms after it. */
function runsOut(stage: Stage, { link, held, id }: ServerWait, limitMs: number): PendingEvent {
  return {
    worker: held.tag.flow.worker,
    seq: stage.nextSeq(),
    id: `${id}.timeout`,
    label: `${held.name} waited for ${limitMs} ms`,
    ordinary: false,
    dueMs: stage.environment.time.nowMs() + limitMs + 1,
    obsolete: () => !link.waits,
    perform: async () => {},
  };
}

/** Takes in what the server has answered by now: each answer arrives at its client as a step of its own. */
export async function collectAnswers(stage: Stage): Promise<void> {
  await Promise.all(stage.kills.splice(0));
  if (stage.waiting.length === 0) return;
  const { control, time } = stage.environment;
  if (!followsClock(stage.environment)) {
    const over = stage.waiting.filter(
      ({ timeout }) => timeout !== undefined && timeout.dueMs! <= time.nowMs(),
    );
    over.sort((a, b) => a.timeout!.dueMs! - b.timeout!.dueMs!);
    for (const { clientId } of over) await control.tryCall('CLIENT', 'UNBLOCK', clientId, 'TIMEOUT');
  }
  const blocked = await blockedClients(
    control,
    stage.waiting.map(({ clientId }) => clientId),
  );
  // A server that is busy with a script serves nobody: everybody waits on.
  if (blocked === undefined) return;
  for (const wait of [...stage.waiting]) {
    if (blocked.has(wait.clientId)) continue;
    forget(stage, wait);
    const reply = await wait.answer;
    // Without one the connection is gone, and its client hears of that.
    if (reply !== undefined) takeIn(stage, wait, reply);
  }
}

function takeIn(stage: Stage, { link, held, id }: ServerWait, reply: Buffer): void {
  noteEffects(stage.environment, link, held, reply);
  const sent = note(stage, held, true, false);
  if (link.muted) {
    link.waits = false;
    return;
  }
  link.answered = true;
  stage.pending.push({
    worker: held.tag.flow.worker,
    seq: stage.nextSeq(),
    id: `${id}.reply`,
    label: `reply to ${commandText(held.args).join(' ')} arrives`,
    ordinary: true,
    // On a shared connection the others may go on.
    private: !link.client.shared,
    obsolete: () => link.phase !== 'open' || link.silent,
    perform: async (step) => {
      step.reply = reply;
      link.waits = false;
      link.answered = false;
      handOver(link, held, reply, sent);
    },
  });
}

/**
 * The server has closed a connection: takes in what it answered before to a command that waited there.
 *
 * @returns false when it said nothing
 */
export async function takeLastAnswer(stage: Stage, link: Link): Promise<boolean> {
  const wait = stage.waiting.find((candidate) => candidate.link === link);
  if (wait === undefined || link.phase !== 'open' || link.muted) return false;
  const reply = await wait.answer;
  if (reply === undefined) return false;
  forget(stage, wait);
  takeIn(stage, wait, reply);
  return true;
}

/**
 * Where the server has closed connections on which a command waits, their end has come when this resolves: whether it is
 * seen now must not depend on how long it is on its way.
 */
export async function awaitClosedWaits({ environment, waiting }: Stage): Promise<void> {
  const links = waiting.map(({ link, clientId }) => ({ link, clientId }));
  if (links.length === 0) return;
  const list = await environment.control.tryCall('CLIENT', 'LIST', 'ID', ...links.map((one) => one.clientId));
  if (typeof list !== 'string') return;
  const there = new Set(Array.from(list.matchAll(/^id=(\d+) /gm), ([, id]) => id!));
  for (const { link, clientId } of links) if (!there.has(clientId)) await link.upstream?.ended;
}

/**
 * A connection on which a command waits is closed. The server is told so at once: noticing by itself, it might give what
 * comes next to a client that is gone.
 *
 * @returns false when none waits
 */
export async function endWait(stage: Stage, link: Link): Promise<boolean> {
  const wait = stage.waiting.find((candidate) => candidate.link === link);
  if (wait === undefined) return false;
  forget(stage, wait);
  // Without a server there is nothing to be told, and whoever needs it says so.
  await stage.environment.control.tryCall('CLIENT', 'KILL', 'ID', wait.clientId).catch(() => {});
  return true;
}

function forget(stage: Stage, wait: ServerWait): void {
  stage.waiting.splice(stage.waiting.indexOf(wait), 1);
  if (wait.timeout === undefined) return;
  const at = stage.pending.indexOf(wait.timeout);
  if (at >= 0) stage.pending.splice(at, 1);
}

/** Those of these clients whose command waits (flag `b` of CLIENT LIST); undefined when the server does not say. */
async function blockedClients(control: Control, ids: readonly string[]): Promise<Set<string> | undefined> {
  const list = await control.tryCall('CLIENT', 'LIST', 'ID', ...ids);
  if (typeof list !== 'string' || isReplyError(list)) return undefined;
  const found = list.matchAll(/^id=(\d+) .*\bflags=(\S+)/gm);
  return new Set([...found].filter(([, , flags]) => flags!.includes('b')).map(([, id]) => id!));
}
