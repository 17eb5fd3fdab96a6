import { encodeCommand } from '../../../wire/upstream/control.js';
import type { Link } from '../../../wire/gate/link.js';
import { MEANWHILE } from '../../../server/reaper/lent.mjs';
import { recordFault } from '../../traffic/recording.js';
import { note } from '../../stage/sent-command.js';
import type { Stage } from '../../stage/stage.js';
import type { Move } from '../../steps/move.js';
import type { FaultAction } from '../action.js';
import { answerInstead, takeCommand } from '../command-fault.js';
import { lasting, type LastingKind } from './lasting.js';
import { impose, restore, type Settings } from './settings.js';

/**
 * Has the server close connections, and waits until it has. What their clients wrote and the server did not read is
 * lost; `settle` shows them the end.
 *
 * @internal
 */
export async function killConnections(stage: Stage, links: readonly Link[]): Promise<void> {
  const { control } = stage.environment;
  for (const { upstream } of links) {
    const id = await upstream?.id();
    if (upstream === undefined || id === undefined) continue;
    await control.call('CLIENT', 'KILL', 'ID', id);
    await upstream.ended;
  }
}

/** The server closes the connection of a command that it has not read. @internal */
export const clientKill: FaultAction = {
  applies: (stage, move) => connected(move) && stage.environment.health.access === 'full',
  inject: async (stage, move, spec) => {
    const struck = await takeCommand(stage, move, spec);
    if (struck === undefined) return;
    note(stage, struck, 'lost');
    await killConnections(stage, [struck.link]);
  },
};

function connected({ link }: Move): boolean {
  return link?.upstream !== undefined;
}

/** The connection is closed, and settings decide what becomes of new ones. */
function closedFor(settings: Settings, recovery: string): FaultAction<LastingKind> {
  return lasting({
    recovery,
    breaks: true,
    applies: (_stage, move) => connected(move),
    condition: (stage, move) => {
      const { control, upstreams } = stage.environment;
      const saved = new Map<string, string>();
      return {
        access: 'full',
        begin: async () => {
          // New ones must be new to the server, too.
          upstreams.dropIdle();
          await impose(control, settings, saved);
          if (move.link !== undefined) await killConnections(stage, [move.link]);
        },
        end: () => restore(control, saved),
      };
    },
  });
}

/** The server closes a connection, and has no slot for another one. @internal */
export const tooManyClients = closedFor({ maxclients: '1' }, 'the server has slots again');

/**
 * The password was changed: connections that were made before it go on, except for this one, which was closed.
 *
 * @internal
 */
export const passwordChanged = closedFor(
  { requirepass: MEANWHILE.password },
  'the old password is valid again',
);

/** The server forgets its scripts. Only where it matters: before one is called by its digest. @internal */
export const scriptsForgotten: FaultAction = {
  applies: (stage, { target }) =>
    stage.environment.health.fault === undefined &&
    target.kind === 'server' &&
    target.before.command?.[0]?.startsWith('EVALSHA') === true,
  inject: async (stage, move, spec) => {
    const { control, scripts } = stage.environment;
    recordFault(stage, move, spec);
    for (const client of stage.clients) client.touched = true;
    await control.call('SCRIPT', 'FLUSH', 'SYNC');
    scripts.forgotten();
  },
};

/** The server answers an error of our choice and does nothing. @internal */
export const errorOfServer: FaultAction<'server-error'> = {
  // In a transaction it would be queued.
  applies: (stage, move) =>
    connected(move) && !move.link!.state.inTransaction && stage.environment.health.access === 'full',
  inject: async (stage, move, spec) => {
    const struck = await takeCommand(stage, move, spec);
    if (struck === undefined) return;
    const frame = encodeCommand(['DEBUG', 'ERROR', spec.parameters.text]);
    answerInstead(struck, await struck.link.upstream!.request(frame));
  },
};
