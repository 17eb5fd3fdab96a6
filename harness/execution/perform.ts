import type { PendingTimer } from '../clock/virtual-time.js';
import { happenIn } from '../flow.js';
import type { HeldCommand, Link } from '../wire/link.js';
import { connect } from './connect.js';
import { handOver, onArrival } from './deliver.js';
import { answerFalsely } from './faults/spoof.js';
import { isOnTheWire, onTheWire, type WrittenMove } from './on-the-wire.js';
import { note, record } from './recording.js';
import { sendUpstream } from './send.js';
import type { Stage } from './stage.js';
import type { Move, PerformedStep } from './step.js';

/** Performs one step and records it. @returns undefined when it is done already */
export function perform(stage: Stage, move: Move, preemption: boolean): Promise<void> | undefined {
  // Nearly every step is a frame at the gate; a promise less for each is felt.
  return isOnTheWire(move) ? sendOff(stage, move, preemption) : performOther(stage, move, preemption);
}

/** Sends a frame at the gate to the server, unless something there is wrong. */
function sendOff(stage: Stage, move: WrittenMove, preemption: boolean): Promise<void> | undefined {
  const { link, held } = move.target;
  const step = record(stage, move, preemption, link.client.spoof === undefined ? undefined : 'error-reply');
  link.queue.shift();
  if (answerFalsely(stage, link, held, step)) return undefined;
  if (!stage.environment.trouble.silent) return exchange(stage, link, held, step);
  stage.parked.push({ link, held, id: step.id });
  return undefined;
}

async function performOther(stage: Stage, move: Move, preemption: boolean): Promise<void> {
  const { target } = move;
  switch (target.kind) {
    case 'command': {
      const written = await onTheWire(stage, move);
      if (written === undefined) record(stage, move, preemption, undefined);
      else await sendOff(stage, written, preemption);
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
    case 'event':
      stage.pending.splice(stage.pending.indexOf(target.event), 1);
      if (target.event.dueMs !== undefined) await passTime(stage, { dueMs: target.event.dueMs });
      await target.event.perform(record(stage, move, preemption, undefined));
      return;
    case 'expiry':
      await passTime(stage, target.expiry);
      record(stage, move, preemption, undefined);
      stage.environment.deadlines.passed(target.expiry);
      return;
    case 'server':
    case 'connection':
      throw new Error(`only a fault strikes at a ${target.kind}`);
    case 'timer': {
      await passTime(stage, target.timer);
      record(stage, move, preemption, undefined);
      stage.environment.time.fire(target.timer);
    }
  }
}

/** A command goes to the server, and its reply to the client. */
export async function exchange(
  stage: Stage,
  link: Link,
  held: HeldCommand,
  step: PerformedStep,
): Promise<void> {
  const reply = await sendUpstream(stage, link, held, step);
  const sent = note(stage, held, true, false);
  if (reply === undefined) return;
  handOver(link, held, reply, sent);
  if (held.name === 'QUIT') onArrival(link, () => hangUp(stage, link));
  // Other connections may have been killed: their end has arrived before the answer to this does.
  else if (held.name === 'CLIENT') await stage.environment.control.ping();
}

/** Moves both clocks to where something is due, unless it is overdue. */
async function passTime({ environment }: Stage, due: Pick<PendingTimer, 'dueMs'>): Promise<void> {
  const byMs = environment.time.advanceTo(due);
  if (byMs > 0) await environment.advance(byMs);
}

/** QUIT: the server closes the connection right after its reply. */
function hangUp(stage: Stage, link: Link): void {
  stage.discardUpstream(link);
  if (link.phase === 'open') happenIn(link.client.flow, () => link.stream.remoteEnd());
}
