import { happenIn } from '../../../flow.js';
import type { ServerPower } from '../../../server/power.js';
import { connectionReset } from '../../../wire/socket-errors.js';
import { admit } from '../../connect.js';
import { exchange } from '../../perform.js';
import { record } from '../../recording.js';
import type { Stage } from '../../stage.js';
import { Move, type PendingEvent } from '../../step.js';
import { lasting } from './lasting.js';

/** The server dies, and is started again later. */
export const restart = lasting({
  recovery: 'the server starts again',
  breaks: true,
  condition: (stage, _move, { parameters }) => {
    const { environment } = stage;
    const power = powerOver(stage);
    const kept = parameters['data'] === 'kept';
    return {
      access: 'down',
      begin: async () => {
        // As a server that writes everything to disk before it answers.
        if (kept) await environment.control.call('SAVE');
        environment.disconnect();
        for (const link of stage.links) stage.discardUpstream(link);
        await power.kill();
        breakLinks(stage);
      },
      end: async () => {
        await power.start();
        await environment.reconnect();
        // What some earlier execution may have saved is not what this one lost.
        if (!kept) await environment.control.call('FLUSHALL', 'SYNC');
      },
    };
  },
});

/** A connection with bytes that the server had not read is reset, the others are closed. */
function breakLinks(stage: Stage): void {
  for (const link of stage.links) {
    if (link.phase !== 'open') continue;
    link.broken = true;
    const unread = link.queue.length > 0 || link.handshake.length > 0;
    happenIn(link.client.flow, () => {
      if (unread) link.stream.destroy(connectionReset());
      else link.stream.remoteEnd();
    });
  }
}

/** The server stands still, and goes on later. */
export const stall = lasting({
  recovery: 'the server goes on',
  condition: (stage) => {
    const power = powerOver(stage);
    return { access: 'silent', begin: () => power.pause(), end: () => power.resume() };
  },
  afterwards: runParked,
});

/**
 * The server stands still, and so many wait to be accepted that the kernel takes no more: it drops what asks for a
 * connection, and the client asks again until it has one or gives up.
 */
export const acceptQueueFull = lasting({
  recovery: 'the server goes on',
  breaks: true,
  condition: (stage, { link }) => {
    const power = powerOver(stage);
    return {
      access: 'silent',
      begin: async () => {
        await power.pause();
        link!.hangs = true;
      },
      end: () => power.resume(),
    };
  },
  afterwards: async (stage) => {
    await runParked(stage);
    await admit(stage);
  },
});

/** The server runs what was sent to it meanwhile, in that order. */
async function runParked(stage: Stage): Promise<void> {
  for (const { link, held, id } of stage.parked.splice(0)) {
    const event: PendingEvent = {
      worker: held.tag.flow.worker,
      seq: held.seq,
      id: `${id}.late`,
      label: `${held.name} runs now`,
      ordinary: false,
      held,
      perform: (step) => exchange(stage, link, held, step),
    };
    const step = record(stage, new Move(event.worker, event.seq, { kind: 'event', event }), false, undefined);
    if (link.phase !== 'open') step.notes.push('its client had given up');
    await event.perform(step);
  }
  for (const link of stage.abandoned.splice(0)) await stage.releaseUpstream(link);
}

function powerOver({ environment: { server } }: Stage): ServerPower {
  // It was asked for before the execution began.
  return server.power!;
}
