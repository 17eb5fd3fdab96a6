import { happenIn } from '../flow.js';
import type { Link } from '../wire/link.js';
import { connectionRefused } from '../wire/socket-errors.js';
import type { Stage } from './stage.js';

/**
 * Performs a connect: it succeeds, unless the next ones of its client, or of the whole worker, are to be refused.
 *
 * @throws ServerGoneError
 */
export async function connect(stage: Stage, link: Link): Promise<void> {
  if (refuses(stage, link)) {
    link.broken = true;
    stage.notes.push(`${link.client.name}: connect refused`);
    happenIn(link.client.flow, () => link.stream.destroy(connectionRefused('127.0.0.1', 6379)));
    return;
  }
  await open(stage, link);
}

/** Uses up one refusal, if there is one. */
function refuses({ outages }: Stage, { client }: Link): boolean {
  if (client.refuse > 0) {
    client.refuse -= 1;
    return true;
  }
  const left = outages.get(client.flow) ?? 0;
  if (left > 0) outages.set(client.flow, left - 1);
  return left > 0;
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
