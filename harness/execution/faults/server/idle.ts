import { recordFault } from '../../traffic/recording.js';
import type { Stage } from '../../stage/stage.js';
import type { Move } from '../../steps/move.js';
import type { FaultAction } from '../action.js';
import { killConnections } from './connections.js';

/** The server ends the wait of a command: its answer then arrives like any other. @internal */
export const unblock: FaultAction<'server-unblock'> = {
  applies: (stage, move) => stage.environment.health.fault === undefined && waitOf(stage, move) !== undefined,
  inject: async (stage, move, spec) => {
    const { clientId } = waitOf(stage, move)!;
    recordFault(stage, move, spec);
    const how = spec.parameters.by.toUpperCase();
    await stage.environment.control.call('CLIENT', 'UNBLOCK', clientId, how);
  },
};

function waitOf({ waiting }: Stage, { link }: Move) {
  return waiting.find((wait) => wait.link === link);
}

/** The server closes a connection on which nothing is under way. @internal */
export const idleClose: FaultAction = {
  applies: (stage, { link }) =>
    stage.environment.health.access === 'full' &&
    link?.upstream !== undefined &&
    !link.waits &&
    link.phase !== 'silent' &&
    !link.arrivals.busy,
  inject: async (stage, move, spec) => {
    recordFault(stage, move, spec);
    await killConnections(stage, [move.link!]);
  },
};
