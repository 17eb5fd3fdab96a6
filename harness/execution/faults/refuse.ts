import { connect } from '../traffic/connect.js';
import { recordFault } from '../traffic/recording.js';
import { note } from '../stage/sent-command.js';
import type { FaultAction } from './action.js';
import { reset } from './cut.js';
import { inItsFlow, takeCommand } from './command-fault.js';

/** The next connects of a client are refused. @internal */
export const refuseConnect: FaultAction<'refuse-connect'> = {
  applies: (_stage, { link }) => link?.client.refuse === 0,
  inject: async (stage, move, spec) => {
    recordFault(stage, move, spec);
    if (move.target.kind !== 'connect') return;
    move.target.link.client.refuse = spec.parameters.count;
    await connect(stage, move.target.link);
  },
};

/** From here on nothing of a worker gets through: its connections are reset, and its connects refused. @internal */
export const outage: FaultAction<'outage'> = {
  inject: async (stage, move, spec) => {
    const struck = await takeCommand(stage, move, spec);
    if (struck === undefined) return;
    const { flow } = struck.link.client;
    stage.outages.set(flow, spec.parameters.connects);
    note(stage, struck, 'lost');
    for (const link of [...stage.links]) {
      if (link.client.flow !== flow) continue;
      if (link.client.taken) inItsFlow(link, () => reset(link));
      else stage.putAway(link.client);
    }
  },
};
