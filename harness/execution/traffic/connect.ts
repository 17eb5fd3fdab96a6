import { happenIn } from '../../base/flow.js';
import type { Link } from '../../wire/gate/link.js';
import { connectionRefused } from '../../wire/entries/socket-errors.js';
import type { Stage } from '../stage/stage.js';
import { turn } from '../host/turn.js';

/**
 * Performs a connect: it succeeds, unless the next ones of its client, or of the whole worker, are to be refused, or
 * the server takes none.
 *
 * @throws ServerGoneError
 * @internal
 */
export async function connect(stage: Stage, link: Link): Promise<void> {
  const { health } = stage.environment;
  if (refuses(stage, link) || health.access === 'down') {
    stage.notes.push(`${link.client.name}: connect refused`);
    happenIn(link.client.flow, () => link.breakOff(connectionRefused('127.0.0.1', 6379)));
    return;
  }
  if (health.fault === 'server-maxclients') await turnAway(stage, link);
  else if (health.fault === 'server-accept-queue') link.hang();
  else await open(stage, link);
}

/**
 * The accept queue of the server has places again: what hung connects, in the order in which it was tried.
 *
 * @internal
 */
export async function admit(stage: Stage): Promise<void> {
  for (const link of [...stage.links]) {
    if (link.phase === 'hanging') await open(stage, link);
  }
}

/** Uses up one refusal, if there is one. */
function refuses({ outages, history }: Stage, { client }: Link): boolean {
  if (client.refuse > 0) {
    client.refuse -= 1;
    history.prolong('refuse-connect');
    return true;
  }
  const left = outages.get(client.flow) ?? 0;
  if (left === 0) return false;
  outages.set(client.flow, left - 1);
  history.prolong('outage');
  return true;
}

/** Connects a link to the server. */
async function open(stage: Stage, link: Link): Promise<void> {
  const upstream = await stage.environment.upstreams.acquire();
  if (!link.isConnecting) {
    // Its client gave up meanwhile.
    await stage.environment.upstreams.release(upstream);
    return;
  }
  link.open(upstream);
  happenIn(link.client.flow, () => link.stream.connected());
}

/** The server takes the connection, says why it will not keep it, and closes it. */
async function turnAway(stage: Stage, link: Link): Promise<void> {
  const { client, stream } = link;
  const upstream = await stage.environment.upstreams.open();
  const refusal = await upstream.refusal();
  upstream.destroy();
  if (!link.isConnecting) return;
  link.turnAway();
  happenIn(client.flow, () => stream.connected());
  // A client writes as soon as it is connected, and reads only then.
  await turn();
  stage.notes.push(`${client.name}: turned away by the server`);
  happenIn(client.flow, () => {
    stream.deliver(refusal);
    stream.remoteEnd();
  });
}
