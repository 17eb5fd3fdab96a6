import { runInFlow } from '../../base/flow.js';
import { forgetRealWork } from '../../clock/real-work.js';
import type { Client } from '../../wire/gate/client.js';
import { turnMustEnd } from '../../wire/gate/end-of-turn.js';
import { turn } from '../host/turn.js';
import { discardUpstream, releaseUpstream } from './release.js';
import type { Stage } from './stage.js';

/**
 * Ends an execution: flows become inert, clients that are as new are kept, the others are closed. Never fails: an
 * error on the way here is what counts.
 *
 * @param completed - false when the execution ended with an error: then nothing is kept, and nothing is awaited
 * @internal
 */
export async function finish(stage: Stage, completed: boolean): Promise<void> {
  stage.over = true;
  const { environment, clients } = stage;
  const kept = completed ? clients.filter((client) => isAsNew(stage, client)) : [];
  const dropped = clients.filter((client) => !kept.includes(client));
  for (const event of stage.pending.splice(0)) event.abandon?.();
  for (const client of dropped) runInFlow(client.flow, () => client.redis?.disconnect());
  stage.app?.leave();
  silenceFlows(stage);
  // What was done to the server ends with the execution; if that fails, the next one says so.
  if (environment.health.fault !== undefined) await environment.heal().catch(() => {});
  const changed = environment.state.changed;
  if (changed) await environment.state.renew(environment.control).catch(() => {});
  for (const link of stage.abandoned) discardUpstream(stage, link);
  const released: Promise<void>[] = [];
  for (const link of stage.links) {
    if (kept.some((client) => client === link.client)) continue;
    link.close();
    // In its flow, which is over: a client that a worker constructed itself tries to reconnect, and outside of the flow it
    // would do so in real time, for as long as the process lives.
    runInFlow(link.client.flow, () => link.stream.destroy());
    // A connection that may have been made by other rules is nobody's any more.
    if (completed && !changed) released.push(releaseUpstream(stage, link));
    else discardUpstream(stage, link);
  }
  if (released.length > 0) await Promise.all(released);
  // The last events of the clients that were closed belong to this execution, not to the next.
  if (dropped.length > 0) await turn();
  while (turnMustEnd()) await turn();
  stage.app?.end();
  if (changed) environment.upstreams.dropIdle();
  for (const client of kept) environment.keepClient(client);
}

/** Nothing that a worker has started does anything from here on. */
function silenceFlows(stage: Stage): void {
  const { ports, foreign } = stage.waysIn;
  for (const flow of stage.flows) {
    flow.alive = false;
    flow.immediates.length = 0;
    forgetRealWork(flow);
    stage.abort(flow);
    ports.get(flow)?.close();
    // Promises of ioredis outlive the execution for a while, and their async context with them: it must be light.
    flow.uncaught = ignore;
    foreign.leave(flow);
  }
}

/** May this client serve the next execution? Only when that one could not tell it from a new client. */
function isAsNew({ environment, flows, reusesClients }: Stage, client: Client): boolean {
  if (!reusesClients || client.kind === 'further' || client.kind === 'app' || !client.pristine) return false;
  const users = client.shared ? flows : [client.flow];
  return users.every((flow) => flow.alive && flow.outstanding.size === 0 && !environment.time.waits(flow));
}

function ignore(): void {
  // The last words of an execution that is over are nobody's.
}
