import { happenIn } from '../flow.js';
import type { Link } from '../wire/link.js';
import { connectionRefused } from '../wire/socket-errors.js';
import type { Stage } from './stage.js';
import { turn } from './turn.js';

/**
 * Performs a connect: it succeeds, unless the next ones of its client, or of the whole worker, are to be refused, or
 * the server takes none.
 *
 * @throws ServerGoneError
 */
export async function connect(stage: Stage, link: Link): Promise<void> {
  const { trouble } = stage.environment;
  if (refuses(stage, link) || trouble.access === 'down') {
    link.broken = true;
    stage.notes.push(`${link.client.name}: connect refused`);
    happenIn(link.client.flow, () => link.stream.destroy(connectionRefused('127.0.0.1', 6379)));
    return;
  }
  if (trouble.kind === 'server-maxclients') await turnAway(stage, link);
  else if (trouble.kind === 'server-accept-queue') link.hangs = true;
  else await open(stage, link);
}

/** The accept queue of the server has places again: what hung connects, in the order in which it was tried. */
export async function admit(stage: Stage): Promise<void> {
  for (const link of [...stage.links]) {
    if (!link.hangs) continue;
    link.hangs = false;
    if (link.phase === 'connecting') await open(stage, link);
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
  if (link.phase !== 'connecting') {
    // Its client gave up meanwhile.
    await stage.environment.upstreams.release(upstream);
    return;
  }
  link.upstream = upstream;
  link.phase = 'open';
  // Asked anew each time: a connection may serve more than one execution.
  upstream.onLost = () => link.client.network.linkCut(link);
  happenIn(link.client.flow, () => link.stream.connected());
}

/** The server takes the connection, says why it will not keep it, and closes it. */
async function turnAway(stage: Stage, link: Link): Promise<void> {
  const { client, stream } = link;
  const upstream = await stage.environment.upstreams.open();
  const refusal = await upstream.refusal();
  upstream.destroy();
  if (link.phase !== 'connecting') return;
  link.phase = 'open';
  link.broken = true;
  link.silent = true;
  happenIn(client.flow, () => stream.connected());
  // A client writes as soon as it is connected, and reads only then.
  await turn();
  stage.notes.push(`${client.name}: turned away by the server`);
  happenIn(client.flow, () => {
    stream.deliver(refusal);
    stream.remoteEnd();
  });
}
