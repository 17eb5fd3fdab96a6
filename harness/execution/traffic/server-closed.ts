import { happenIn } from '../../base/flow.js';
import type { Link } from '../../wire/gate/link.js';
import { discardUpstream } from '../stage/release.js';
import type { Stage } from '../stage/stage.js';

/**
 * The server closed a connection. If it is still there, that is something a client can see: CLIENT KILL, for example.
 *
 * @throws ServerGoneError when the server is gone
 * @internal
 */
export async function serverClosed(stage: Stage, link: Link): Promise<void> {
  await stage.environment.control.ping();
  discardUpstream(stage, link);
  if (link.phase === 'closed') return;
  if (!link.client.taken) return stage.putAway(link.client);
  stage.notes.push(`${link.client.name}: the server closed the connection`);
  happenIn(link.client.flow, () => link.endRemotely());
}
