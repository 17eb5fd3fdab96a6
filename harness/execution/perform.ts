import { runInFlow, type Flow } from '../flow.js';
import type { HeldCommand, Link } from '../wire/link.js';
import { connect } from './connect.js';
import { onTheWire } from './on-the-wire.js';
import { note, record } from './recording.js';
import { sendUpstream } from './send.js';
import type { Stage } from './stage.js';
import type { Move } from './step.js';

/** Performs one step and records it. */
export async function perform(stage: Stage, move: Move, preemption: boolean): Promise<void> {
  const { target } = move;
  switch (target.kind) {
    case 'command': {
      const written = await onTheWire(stage, move);
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
    case 'event':
      stage.pending.splice(stage.pending.indexOf(target.event), 1);
      await target.event.perform(record(stage, move, preemption, undefined));
      return;
    case 'server':
      throw new Error('only a fault strikes the server');
    case 'timer': {
      const { time, serverClock } = stage.environment;
      const byMs = time.advanceTo(target.timer);
      if (byMs > 0) await serverClock.advance(byMs);
      record(stage, move, preemption, undefined);
      time.fire(target.timer);
    }
  }
}

/** A client that is known by its frames only may call back from inside of its `data` handler: for whom it asked. */
function receiver(link: Link, { tag }: HeldCommand): Flow {
  return tag.byWire && tag.flow.alive ? tag.flow : link.client.flow;
}

/** QUIT: the server closes the connection right after its reply. */
function hangUp(stage: Stage, link: Link): void {
  stage.discardUpstream(link);
  if (link.phase === 'open') runInFlow(link.client.flow, () => link.stream.remoteEnd());
}
