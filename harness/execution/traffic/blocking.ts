import type { Environment } from '../host/environment.js';
import type { HeldCommand } from '../../wire/gate/held-command.js';
import type { Link } from '../../wire/gate/link.js';
import type { Control } from '../../wire/upstream/control.js';
import { isReplyError } from '../../wire/resp.js';
import { noteEffects } from './after-reply.js';
import { handOver } from './deliver.js';
import { withRepliesOff } from './replies-off.js';
import { note } from '../stage/sent-command.js';
import { forgetWait } from '../stage/release.js';
import type { Stage } from '../stage/stage.js';
import type { ServerWait } from '../stage/unanswered.js';
import { waitLimitMs, withoutTimeout } from './wait-limit.js';
import { commandLine } from '../steps/step.js';
import type { PendingEvent } from '../steps/event.js';

/**
 * Sends a command that may wait. Whether it does is asked of the server, again and again until it either answers or
 * says that the client is blocked: no clock of the lab decides that.
 *
 * @param id - of its step
 * @returns its reply; undefined when it waits
 * @throws ServerGoneError
 * @internal
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
  const answer = upstream.request(link.repliesOff ? withRepliesOff(frame) : frame);
  let settled = false;
  const quiet = answer.finally(() => (settled = true)).catch(() => undefined);
  for (let blocked = false; !blocked;) {
    blocked = (await blockedClients(environment.control, [clientId]))?.has(clientId) === true;
    if (settled) return answer;
  }
  upstream.waitsSince = undefined;
  link.waitBegins();
  stage.waiting.push({ link, held, id, clientId, answer: quiet, timeout: undefined });
  // What waits for the server's writes to go on has not begun to wait for anything else.
  if (environment.health.fault !== 'server-pause') limitWaits(stage);
  return undefined;
}

/** From now on the time runs that commands want to wait at most. @internal */
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

/** Redis ends a wait once its clock is past the time: 1 ms after it. */
function runsOut(stage: Stage, { link, held, id }: ServerWait, limitMs: number): PendingEvent {
  return {
    worker: held.tag.flow.worker,
    seq: stage.nextSeq(),
    id: `${id}.timeout`,
    label: `${held.name} waited for ${limitMs} ms`,
    ordinary: false,
    dueMs: stage.environment.time.nowMs() + limitMs + 1,
    idle: true,
    obsolete: () => !link.waits,
    perform: async () => {},
  };
}

/**
 * Asks which waiting commands the server has answered by now: each answer arrives at its client as a step of its own.
 *
 * @internal
 */
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
    forgetWait(stage, wait);
    const reply = await wait.answer;
    // Without one the connection is gone, and its client hears of that.
    if (reply !== undefined) answerArrives(stage, wait, reply);
  }
}

function answerArrives(stage: Stage, { link, held, id }: ServerWait, reply: Buffer): void {
  noteEffects(stage.environment, link, held, reply);
  const sent = note(stage, { link, held, reply }, 'ran');
  if (link.repliesOff) {
    link.waitEnds();
    return;
  }
  link.waitAnswered();
  stage.pending.push({
    worker: held.tag.flow.worker,
    seq: stage.nextSeq(),
    id: `${id}.reply`,
    label: `reply to ${commandLine(held.args)} arrives`,
    ordinary: true,
    // On a shared connection the others may go on.
    private: !link.client.shared,
    obsolete: () => link.phase !== 'open',
    perform: async (step) => {
      step.reply = reply;
      link.waitEnds();
      handOver(link, held, reply, sent);
    },
  });
}

/**
 * The server has closed a connection: an answer that it gave before, to a command that waited there, still arrives.
 *
 * @returns false when it said nothing
 * @internal
 */
export async function takeLastAnswer(stage: Stage, link: Link): Promise<boolean> {
  const wait = stage.waiting.find((candidate) => candidate.link === link);
  if (wait === undefined || !link.isOpen || link.repliesOff) return false;
  const reply = await wait.answer;
  if (reply === undefined) return false;
  forgetWait(stage, wait);
  answerArrives(stage, wait, reply);
  return true;
}

/**
 * Where the server has closed connections on which a command waits, their end has come when this resolves: whether it is
 * seen now must not depend on how long it is on its way.
 *
 * @internal
 */
export async function awaitClosedWaits({ environment, waiting }: Stage): Promise<void> {
  const links = waiting.map(({ link, clientId }) => ({ link, clientId }));
  if (links.length === 0) return;
  const list = await environment.control.tryCall('CLIENT', 'LIST', 'ID', ...links.map((one) => one.clientId));
  if (typeof list !== 'string') return;
  const there = new Set(Array.from(list.matchAll(/^id=(\d+) /gm), ([, id]) => id!));
  for (const { link, clientId } of links) if (!there.has(clientId)) await link.upstream?.ended;
}

/** Those of these clients whose command waits (flag `b` of CLIENT LIST); undefined when the server does not say. */
async function blockedClients(control: Control, ids: readonly string[]): Promise<Set<string> | undefined> {
  const list = await control.tryCall('CLIENT', 'LIST', 'ID', ...ids);
  if (typeof list !== 'string' || isReplyError(list)) return undefined;
  const found = list.matchAll(/^id=(\d+) .*\bflags=(\S+)/gm);
  return new Set([...found].filter(([, , flags]) => flags!.includes('b')).map(([, id]) => id!));
}
