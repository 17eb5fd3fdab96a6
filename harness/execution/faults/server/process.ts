import { happenIn } from '../../../base/flow.js';
import type { ServerPower } from '../../../server/power.js';
import { connectionReset } from '../../../wire/entries/socket-errors.js';
import { admit } from '../../traffic/connect.js';
import { exchange } from '../../traffic/exchange.js';
import { record } from '../../traffic/recording.js';
import { discardUpstream, releaseUpstream } from '../../stage/release.js';
import type { Stage } from '../../stage/stage.js';
import { Move } from '../../steps/move.js';
import type { PendingEvent } from '../../steps/event.js';
import { lasting } from './lasting.js';

/** The server dies, and is started again later. @internal */
export const restart = lasting<'server-restart'>({
  recovery: 'the server starts again',
  breaks: true,
  condition: (stage, _move, { parameters }) => {
    const { environment } = stage;
    const power = powerOver(stage);
    const kept = parameters.data === 'kept';
    return {
      access: 'down',
      begin: async () => {
        // As a server that writes everything to disk before it answers.
        if (kept) await environment.control.call('SAVE');
        environment.disconnect();
        for (const link of stage.links) discardUpstream(stage, link);
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
  for (const link of [...stage.links]) {
    if (!link.isOpen) continue;
    if (!link.client.taken) {
      stage.putAway(link.client);
      continue;
    }
    happenIn(link.client.flow, () => {
      if (link.frames.none) link.endRemotely();
      else link.breakOff(connectionReset());
    });
  }
}

/** The server stands still, and goes on later. @internal */
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
 *
 * @internal
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
        link!.hang();
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
    if (!link.isOpen) step.notes.push('its client had given up');
    await event.perform(step);
  }
  for (const link of stage.abandoned.splice(0)) await releaseUpstream(stage, link);
}

function powerOver({ environment: { server } }: Stage): ServerPower {
  // It was asked for before the execution began.
  return server.power!;
}
