import { numberOf } from '../../wire/fault-spec.js';
import { connect } from '../connect.js';
import { note, recordFault } from '../recording.js';
import type { FaultAction } from './action.js';
import { reset } from './cut.js';
import { inItsFlow, take } from './strike.js';

/** The next connects of a client are refused. */
export const refuseConnect: FaultAction = {
  applies: (_stage, { link }) => link?.client.refuse === 0,
  inject: async (stage, move, spec) => {
    recordFault(stage, move, spec);
    if (move.target.kind !== 'connect') return;
    move.target.link.client.refuse = numberOf(spec, 'count');
    await connect(stage, move.target.link);
  },
};

/** From here on nothing of a worker gets through: its connections are reset, and its connects refused. */
export const outage: FaultAction = {
  inject: async (stage, move, spec) => {
    const struck = await take(stage, move, spec);
    if (struck === undefined) return;
    const { flow } = struck.link.client;
    stage.outages.set(flow, numberOf(spec, 'connects'));
    note(stage, struck.held, false, false);
    for (const link of [...stage.links]) {
      if (link.client.flow === flow) inItsFlow(link, () => reset(link));
    }
  },
};
