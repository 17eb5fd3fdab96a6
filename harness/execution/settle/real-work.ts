import type { Flow } from '../../base/flow.js';
import { real } from '../../clock/globals.js';
import { anyRealWork, realWorkOf, startOfRealWork } from '../../clock/real-work.js';
import { turn, turnOrSleep } from '../host/turn.js';
import type { Stage } from '../stage/stage.js';
import { lastSeen } from '../steps/step.js';
import { calm } from './calm.js';
import { refusePastTheLab } from './past-the-lab.js';
import { UncontrolledWaitError } from './uncontrolled-wait.js';

/**
 * Waits while workers do I/O past the lab: what it brings must be there before the next choice, in every run.
 *
 * @throws UncontrolledWaitError when it takes too long
 * @internal
 */
export async function awaitRealWork(stage: Stage): Promise<void> {
  const limitMs = stage.environment.limits.realWorkMs;
  const since = real.now();
  for (let busy = busyFlow(stage); busy !== undefined; busy = busyFlow(stage)) {
    const tookMs = real.now() - since;
    if (tookMs > limitMs) throw uncontrolled(stage, busy, limitMs);
    await turnOrSleep(since);
    await calm(stage);
    refusePastTheLab(stage);
  }
  // What has just ended may still be on its way through the microtasks.
  await turn();
}

/**
 * Waits for I/O that a worker has begun and that ends by itself: of several workers that read files first, one after the other
 * comes to its first step.
 *
 * @throws UncontrolledWaitError when it takes too long
 * @internal
 */
export async function awaitFirstWork(stage: Stage, flow: Flow): Promise<void> {
  const limitMs = stage.environment.limits.realWorkMs;
  const since = real.now();
  for (let types = realWorkOf(flow, false); types.length > 0; types = realWorkOf(flow, false)) {
    if (real.now() - since > limitMs) throw uncontrolled(stage, { flow, types }, limitMs);
    await turnOrSleep(since);
    await calm(stage);
  }
}

/** Is there I/O past the lab to be waited for? @internal */
export function worksPastTheLab(stage: Stage): boolean {
  return anyRealWork() && busyFlow(stage) !== undefined;
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
      (link) => link.client.flow === flow && (link.frames.queue.length > 0 || link.isConnecting),
    )
  );
}

function uncontrolled(stage: Stage, { flow, types }: Busy, limitMs: number): UncontrolledWaitError {
  const after = lastSeen(stage.steps, flow.worker);
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
