import { textOf } from '../../../wire/fault-spec.js';
import { recordFault } from '../../recording.js';
import type { Stage } from '../../stage.js';
import type { Move } from '../../step.js';
import type { FaultAction } from '../action.js';
import { killConnections } from './connections.js';

/** The server ends the wait of a command: its answer then arrives like any other. */
export const unblock: FaultAction = {
  applies: (stage, move) => stage.environment.trouble.kind === undefined && waitOf(stage, move) !== undefined,
  inject: async (stage, move, spec) => {
    const { clientId } = waitOf(stage, move)!;
    recordFault(stage, move, spec);
    const how = textOf(spec, 'by').toUpperCase();
    await stage.environment.control.call('CLIENT', 'UNBLOCK', clientId, how);
  },
};

function waitOf({ waiting }: Stage, { link }: Move) {
  return waiting.find((wait) => wait.link === link);
}

/** The server closes a connection on which nothing is under way. */
export const idleClose: FaultAction = {
  applies: (stage, { link }) =>
    stage.environment.trouble.access === 'full' &&
    link?.upstream !== undefined &&
    !link.waits &&
    !link.silent &&
    link.late === undefined,
  inject: async (stage, move, spec) => {
    recordFault(stage, move, spec);
    await killConnections(stage, [move.link!]);
  },
};
