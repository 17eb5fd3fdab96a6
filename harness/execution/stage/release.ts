import type { Link } from '../../wire/gate/link.js';
import type { Stage } from './stage.js';
import type { ServerWait } from './unanswered.js';

/** Gives the server's side of a connection back, in the state of a new one. @internal */
export async function releaseUpstream(stage: Stage, link: Link): Promise<void> {
  if (stage.parked.some((command) => command.link === link)) {
    // The server will run what it was sent, although nobody waits for the answer.
    stage.abandoned.push(link);
    return;
  }
  // One whose command waits would not answer.
  if (link.waits && (await endWait(stage, link))) return discardUpstream(stage, link);
  // A server that is not well may refuse what makes a connection like new, and one that is mute does not say so.
  if (stage.environment.health.fault !== undefined || link.repliesOff) return discardUpstream(stage, link);
  const upstream = link.detach();
  if (upstream === undefined) return;
  const { upstreams } = stage.environment;
  // A subscription, or a name, is seen by others; a transaction is not.
  if (link.state.isPrivate) upstreams.keep(upstream);
  else await upstreams.release(upstream);
}

/** Closes the server's side of a connection. @internal */
export function discardUpstream(stage: Stage, link: Link): void {
  if (link.waits) stage.kills.push(endWait(stage, link));
  const upstream = link.detach();
  if (upstream !== undefined) stage.environment.upstreams.discard(upstream);
}

/**
 * A connection on which a command waits is closed. The server is told so at once: noticing by itself, it might give what
 * comes next to a client that is gone.
 *
 * @returns false when none waits
 */
async function endWait(stage: Stage, link: Link): Promise<boolean> {
  const wait = stage.waiting.find((candidate) => candidate.link === link);
  if (wait === undefined) return false;
  forgetWait(stage, wait);
  // Without a server there is nothing to be told, and what needs it fails with an error of its own.
  await stage.environment.control.tryCall('CLIENT', 'KILL', 'ID', wait.clientId).catch(() => {});
  return true;
}

/** A command waits on the server no longer, nor does its time run out. @internal */
export function forgetWait({ waiting, pending }: Stage, wait: ServerWait): void {
  waiting.splice(waiting.indexOf(wait), 1);
  if (wait.timeout === undefined) return;
  const at = pending.indexOf(wait.timeout);
  if (at >= 0) pending.splice(at, 1);
}
