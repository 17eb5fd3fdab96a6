import { connect } from '../connect.js';
import { record } from '../recording.js';
import type { FaultAction } from './action.js';

/** The next reconnects of a client are refused. */
export const refuseReconnect: FaultAction = {
  applies: (_stage, { target }) => target.kind === 'connect' && target.link.client.refuse === 0,
  inject: async (stage, move, { kind, parameters }) => {
    record(stage, move, false, kind);
    if (move.target.kind !== 'connect') return;
    move.target.link.client.refuse = parameters['count'] as number;
    await connect(stage, move.target.link);
  },
};
