import type { PendingTimer } from '../clock/timer-order.js';
import { connect } from './traffic/connect.js';
import { exchange } from './traffic/exchange.js';
import { answerWithError } from './faults/error-reply.js';
import { isOnTheWire, onTheWire, type WrittenMove } from './traffic/on-the-wire.js';
import { record } from './traffic/recording.js';
import type { Stage } from './stage/stage.js';
import { lastAttempt, type PerformedStep } from './steps/step.js';
import type { Move } from './steps/move.js';

/** Performs one step and records it. @returns undefined when it is done already @internal */
export function perform(stage: Stage, move: Move, preemption: boolean): Promise<void> | undefined {
  // Nearly every step is a frame at the gate; a promise less for each is felt.
  return isOnTheWire(move) ? sendOff(stage, move, preemption) : performOther(stage, move, preemption);
}

/** Sends a frame at the gate to the server, unless something there is wrong. */
function sendOff(stage: Stage, move: WrittenMove, preemption: boolean): Promise<void> | undefined {
  const { link, held } = move.target;
  const step = record(
    stage,
    move,
    preemption,
    link.client.errorReply === undefined ? undefined : 'error-reply',
  );
  link.frames.take();
  if (answerWithError(stage, link, held, step)) return undefined;
  if (!stage.environment.health.silent) return exchange(stage, link, held, step);
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
    case 'step': {
      const { step } = target;
      const { use } = step;
      if (use !== undefined) step.outcome = use.happen();
      const recorded = record(stage, move, preemption, undefined);
      if (stage.traced && step.outcome !== undefined) {
        const { before, after } = step.outcome;
        recorded.values = [{ key: use!.shared, before, after }];
      }
      stage.workers.find((worker) => worker.flow.worker === move.worker)!.steps.shift();
      step.proceed();
      return;
    }
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
      const step = record(stage, move, preemption, undefined);
      await fireTimer(stage, target.timer, step);
    }
  }
}

/** A timer of the client itself is named as what it is: it ends the wait for a command that is under way. */
async function fireTimer(stage: Stage, timer: PendingTimer, step: PerformedStep): Promise<void> {
  const { flow, delayMs } = timer;
  const under = stage.scenario.clientOptions.commandTimeout === delayMs ? [...flow.outstanding] : [];
  stage.environment.time.fire(timer);
  if (under.length === 0) return;
  // The promise of the command settles in a few turns of the queue of microtasks.
  for (let turn = 0; turn < SETTLE_TURNS; turn++) await Promise.resolve();
  const ended = under.filter((tag) => !flow.outstanding.has(tag));
  if (ended.length === 0) return;
  const names = ended.map(({ name, nth }) => {
    const sent = lastAttempt(stage.steps, flow.worker, nth);
    return `${name.toUpperCase()}${sent < 0 ? ', not sent yet,' : ` (step ${sent + 1})`}`;
  });
  step.notes.push(
    `commandTimeout of the client: ${names.join(', ')} was under way; the caller gets an error`,
  );
}

/** Turns in which a promise that was rejected has told everybody in between. */
const SETTLE_TURNS = 8;

/** Moves both clocks to where something is due, unless it is overdue. */
async function passTime(stage: Stage, due: Pick<PendingTimer, 'dueMs'>): Promise<void> {
  const { environment, hearsExpiry } = stage;
  const byMs = environment.time.advanceTo(due);
  if (byMs === 0) return;
  const told = hearsExpiry && environment.health.fault === undefined;
  if (told) await environment.deadlines.expire(environment.time.wallMs, () => environment.advance(byMs));
  else await environment.advance(byMs);
  // Commands that wait there end by the clock of the server's event loop, which looks at it between commands.
  if (stage.waiting.length > 0 && !environment.health.silent) await environment.control.ping();
}
