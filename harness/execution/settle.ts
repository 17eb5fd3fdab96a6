import { real } from '../clock/globals.js';
import { runInFlow } from '../flow.js';
import type { Stage } from './stage.js';
import { commandText } from './step.js';
import type { Worker } from './worker.js';

/** Real time after which a worker that waits for something outside the lab is given up. */
export const UNCONTROLLED_WAIT_MS = 2000;

/** A worker waits for something that the lab does not control. */
export class UncontrolledWaitError extends Error {
  override name = 'UncontrolledWaitError';
}

/** Lets the event loop turn once: every microtask that can run has run afterwards. */
function turn(): Promise<void> {
  return new Promise((resolve) => real.setImmediate(resolve));
}

/**
 * Runs JavaScript until nothing can move by itself. Handshakes are passed on here, since they are no steps.
 *
 * @throws UncontrolledWaitError naming the worker, when one waits for real I/O for longer than the limit
 */
export async function settle(stage: Stage): Promise<void> {
  await turn();
  while (await tidy(stage)) await turn();
  let since: number | undefined;
  for (;;) {
    const waiting = stage.workers.find((worker) => waitsUnseen(stage, worker));
    if (waiting === undefined || !externalActivity(stage)) return;
    since ??= real.now();
    if (real.now() - since > UNCONTROLLED_WAIT_MS) throw uncontrolled(stage, waiting);

    await new Promise((resolve) => real.setTimeout(resolve, 1));
    while (await tidy(stage)) await turn();
  }
}

/** Does what needs no choice. @returns true when something moved */
async function tidy(stage: Stage): Promise<boolean> {
  let moved = false;
  for (const flow of stage.flows) {
    while (flow.immediates.length > 0) {
      moved = true;
      const run = flow.immediates.shift()!;
      if (!flow.alive) continue;
      runInFlow(flow, () => {
        try {
          run();
        } catch (error) {
          flow.uncaught(error, 'exception');
        }
      });
      await turn();
    }
  }
  while (stage.closing.length > 0) {
    moved = true;
    const link = stage.closing.shift()!;
    stage.links.splice(stage.links.indexOf(link), 1);
    await stage.releaseUpstream(link);
  }
  for (const link of [...stage.links]) {
    if (link.phase === 'connecting' && !link.isReconnect) {
      moved = true;
      await open(stage, link);
    } else if (link.handshake.length > 0) {
      moved = true;
      await passHandshake(link);
    }
  }
  for (const client of stage.clients) {
    // A client that is not ready queues what it is given; no order to decide there.
    if (client.held.length === 0 || client.redis?.status === 'ready') continue;
    moved = true;
    for (const call of [...client.held]) client.release(call);
  }
  return moved;
}

/** Connects a link to the server. */
export async function open(stage: Stage, link: Stage['links'][number]): Promise<void> {
  link.upstream = await stage.environment.upstreams.acquire();
  link.phase = 'open';
  runInFlow(link.client.flow, () => link.stream.connected());
}

async function passHandshake(link: Stage['links'][number]): Promise<void> {
  while (link.handshake.length > 0) {
    const { frame } = link.handshake.shift()!;
    const reply = await link.upstream!.request(frame);
    runInFlow(link.client.flow, () => link.stream.deliver(reply));
  }
}

/** True when the lab does not see what a running worker waits for. */
function waitsUnseen(stage: Stage, worker: Worker): boolean {
  const { flow } = worker;
  return (
    worker.status === 'running' &&
    flow.outstanding.size === 0 &&
    worker.steps.length === 0 &&
    !stage.environment.time.waits(flow) &&
    !stage.links.some((link) => link.client.flow === flow && (link.queue.length > 0 || link.phase === 'connecting'))
  );
}

/**
 * True when the process waits for I/O that is not the lab's. A worker that waits for another worker, through a
 * promise, shows no such thing.
 */
function externalActivity(stage: Stage): boolean {
  return stage.environment.externalActivity().length > 0;
}

function uncontrolled(stage: Stage, worker: Worker): UncontrolledWaitError {
  const kinds = stage.environment.externalActivity().join(', ');
  const last = stage.steps.findLast((step) => step.worker === worker.flow.worker);
  const after = last === undefined ? 'from its start' : `after ${last.text ?? commandText(last.args ?? []).join(' ')}`;
  return new UncontrolledWaitError(
    `${worker.flow.name} waits for something that the lab does not control (${kinds}), ${after}, for ${UNCONTROLLED_WAIT_MS} ms. ` +
      'Workers may wait for Redis, timers, step() and each other; do other I/O in setup, or replace it',
  );
}
