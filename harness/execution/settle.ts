import { real } from '../clock/globals.js';
import { anyRealWork, realWorkOf, startOfRealWork } from '../clock/real-work.js';
import { happenIn, type Flow } from '../flow.js';
import { turnMustEnd } from '../wire/end-of-turn.js';
import type { Link } from '../wire/link.js';
import { collectAnswers, takeLastAnswer } from './blocking.js';
import { connect } from './connect.js';
import { giveUp, owing, type Owing } from './outside.js';
import { stepLabel } from './step.js';
import { collectMessages } from './subscriptions.js';
import type { Stage } from './stage.js';
import { turn } from './turn.js';

/** Callbacks of `setImmediate` in a row, without anything else happening, that are taken for an endless loop. */
const IMMEDIATES_MAX = 2000;
/** Real time for which the event loop is kept turning before the lab sleeps between looks. */
const BUSY_MS = 2;

/** A worker waits for something that the lab does not control. */
export class UncontrolledWaitError extends Error {
  override name = 'UncontrolledWaitError';
}

/**
 * Runs JavaScript until nothing can move by itself. Handshakes are passed on here, since they are no steps.
 *
 * @throws UncontrolledWaitError naming the worker, when one waits for real I/O for longer than the limit
 */
export function settle(stage: Stage): Promise<void> {
  return new Promise((resolve, reject) =>
    real.setImmediate(() => {
      if (!moving(stage) && stage.ports.size === 0 && !anyRealWork() && !awaitsServer(stage)) resolve();
      else settleMore(stage).then(resolve, reject);
    }),
  );
}

async function settleMore(stage: Stage): Promise<void> {
  await calm(stage);
  do {
    if (stage.ports.size > 0) await awaitOutside(stage);
    if (anyRealWork()) await awaitRealWork(stage);
    await calm(stage);
  } while (stage.ports.size > 0 && owing(stage) !== undefined);
  // A server that stands still says nothing before it goes on.
  if (stage.environment.trouble.access === 'silent') return;
  if (stage.waiting.length > 0 || stage.kills.length > 0) await collectAnswers(stage);
  if (stage.listening.size > 0) await collectMessages(stage);
}

/** May the server have something to say that nobody has asked for just now? */
function awaitsServer({ waiting, kills, listening }: Stage): boolean {
  return waiting.length > 0 || kills.length > 0 || listening.size > 0;
}

/** Does what needs no choice until there is nothing more of it. */
async function calm(stage: Stage): Promise<void> {
  while (moving(stage)) {
    await tidy(stage);
    await turn();
  }
}

/** Is there anything that needs no choice? */
function moving(stage: Stage): boolean {
  if (turnMustEnd() || stage.closing.length > 0 || stage.cut.some((link) => notices(stage, link)))
    return true;
  for (const flow of stage.flows) if (flow.immediates.length > 0) return true;
  for (const link of stage.links) {
    if (shakesHands(stage, link) || connectsUnseen(link)) return true;
  }
  for (const client of stage.clients) {
    if (client.held.length > 0 && client.redis?.status !== 'ready') return true;
  }
  return false;
}

/** A worker that stands still notices nothing before it goes on, and the end of a connection comes after all else on it. */
function notices(stage: Stage, link: Link): boolean {
  return !stage.paused.has(link.client.flow) && !(link.answered && link.phase === 'open');
}

/** Does what needs no choice. */
async function tidy(stage: Stage): Promise<void> {
  for (const flow of stage.flows) await runImmediates(flow);
  for (const link of stage.cut.filter((cut) => notices(stage, cut))) {
    if (await takeLastAnswer(stage, link)) continue;
    stage.cut.splice(stage.cut.indexOf(link), 1);
    await serverClosed(stage, link);
  }
  while (stage.closing.length > 0) {
    const link = stage.closing.shift()!;
    const at = stage.links.indexOf(link);
    if (at >= 0) stage.links.splice(at, 1);
    await stage.releaseUpstream(link);
  }
  for (const link of [...stage.links]) {
    if (connectsUnseen(link)) await connect(stage, link);
    else if (shakesHands(stage, link)) await passHandshake(link);
  }
  for (const client of stage.clients) {
    // A client that is not ready queues what it is given; no order to decide there.
    if (client.held.length === 0 || client.redis?.status === 'ready') continue;
    for (const call of [...client.held]) client.release(call);
  }
}

async function runImmediates(flow: Flow): Promise<void> {
  for (let count = 0; flow.immediates.length > 0; count++) {
    if (count > IMMEDIATES_MAX) {
      throw new UncontrolledWaitError(
        `${flow.name} calls setImmediate again and again (${IMMEDIATES_MAX} times) and waits for nothing else: ` +
          'no other worker gets a turn. Wait with step(), sleep() or a promise',
      );
    }
    const run = flow.immediates.shift()!;
    if (!flow.alive) continue;
    try {
      run();
    } catch (error) {
      flow.uncaught(error, 'exception');
    }
    await turn();
  }
}

/** Is its connect no step, and still to be done? */
function connectsUnseen({ phase, connectIsStep, hangs }: Link): boolean {
  return phase === 'connecting' && !connectIsStep && !hangs;
}

/** Has it handshake frames that the server would answer? */
function shakesHands(stage: Stage, link: Link): boolean {
  return link.handshake.length > 0 && link.upstream !== undefined && !stage.environment.trouble.silent;
}

async function passHandshake(link: Link): Promise<void> {
  const commands = link.handshake.splice(0);
  const replies = commands.map(({ frame }) => link.upstream!.request(frame));
  // When one fails so do those behind it, and nobody asks for them any more.
  for (const reply of replies) reply.catch(() => {});
  for (const [at, command] of commands.entries()) {
    const reply = await replies[at]!;
    happenIn(link.client.flow, () => link.deliver(reply, command));
  }
}

/**
 * The server closed a connection. If it is still there, that is something a client can see: CLIENT KILL, for example.
 *
 * @throws ServerGoneError when the server is gone
 */
export async function serverClosed(stage: Stage, link: Link): Promise<void> {
  await stage.environment.control.ping();
  stage.discardUpstream(link);
  if (link.phase === 'closed') return;
  link.broken = true;
  stage.notes.push(`${link.client.name}: the server closed the connection`);
  happenIn(link.client.flow, () => link.stream.remoteEnd());
}

/**
 * Waits while workers do I/O past the lab: what it brings must be there before the next choice, in every run.
 *
 * @throws UncontrolledWaitError when it takes too long
 */
async function awaitRealWork(stage: Stage): Promise<void> {
  const limitMs = stage.environment.limits.realWorkMs;
  const since = real.now();
  for (let busy = busyFlow(stage); busy !== undefined; busy = busyFlow(stage)) {
    const tookMs = real.now() - since;
    if (tookMs > limitMs) throw uncontrolled(stage, busy, limitMs);
    if (tookMs < BUSY_MS) await turn();
    else await new Promise((resolve) => real.setTimeout(resolve, 1));
    await calm(stage);
  }
  // What has just ended may still be on its way through the microtasks.
  await turn();
}

/**
 * Waits while clients in other processes owe their next command.
 *
 * @throws UncontrolledWaitError when it takes too long
 */
async function awaitOutside(stage: Stage): Promise<void> {
  const since = real.now();
  for (let debt = owing(stage); debt !== undefined; debt = owing(stage)) {
    if (debt.waitedMs > debt.limitMs) {
      if (!debt.mayHang) throw silentClient(stage, debt);
      giveUp(stage, debt);
    }
    if (real.now() - since < BUSY_MS) await turn();
    else await new Promise((resolve) => real.setTimeout(resolve, 1));
    await calm(stage);
  }
}

interface Busy {
  readonly flow: Flow;
  readonly types: string[];
}

/** A flow with I/O past the lab under way. */
function busyFlow(stage: Stage): Busy | undefined {
  for (const flow of stage.flows) {
    if (!flow.alive || flow.realWork.size === 0) continue;
    // A worker with a port of its own is waited for as long as its client may take.
    const types = realWorkOf(flow, waitsUnseen(stage, flow) && !stage.ports.has(flow));
    if (types.length > 0) return { flow, types };
  }
  return undefined;
}

/** True when the lab does not see what a running worker waits for. */
function waitsUnseen(stage: Stage, flow: Flow): boolean {
  const worker = stage.workers.find((candidate) => candidate.flow === flow);
  return (
    worker?.status === 'running' &&
    flow.outstanding.size === 0 &&
    worker.steps.length === 0 &&
    !stage.environment.time.waits(flow) &&
    !stage.links.some(
      (link) => link.client.flow === flow && (link.queue.length > 0 || link.phase === 'connecting'),
    )
  );
}

function uncontrolled(stage: Stage, { flow, types }: Busy, limitMs: number): UncontrolledWaitError {
  const after = lastSeen(stage, flow);
  const places = startOfRealWork(flow);
  const started = places.length === 0 ? '' : ` Started at ${places.join(', called from ')}.`;
  const timer = types.includes('Timeout')
    ? '; a Timeout is a real timer, whose module took setTimeout before the lab replaced it'
    : '';
  return new UncontrolledWaitError(
    `${flow.name} waits for something that the lab does not control (${[...new Set(types)].join(', ')}), ${after}, ` +
      `for ${limitMs} ms${timer}.${started} Workers may wait for Redis, timers, step() and each other; do other I/O in setup, or replace it`,
  );
}

function silentClient(stage: Stage, { flow, limitMs }: Owing): UncontrolledWaitError {
  const entry = stage.ports.get(flow)!;
  const what = entry.seen ? 'sent no further command' : 'did not connect';
  return new UncontrolledWaitError(
    `the client of ${flow.name} on port ${entry.port} ${what}, ${lastSeen(stage, flow)}, for ${limitMs} ms. ` +
      'If it needs longer, say so: tcpPort({ waitMs })',
  );
}

/** `after GET c`: the last step of a worker, for messages. */
export function lastSeen(stage: Stage, flow: Flow): string {
  const last = stage.steps.findLast((step) => step.worker === flow.worker);
  return last === undefined ? 'from its start' : `after ${stepLabel(last)}`;
}
