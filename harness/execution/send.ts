import type { HeldCommand, Link } from '../wire/link.js';
import { ServerGoneError } from '../wire/upstream.js';
import { noteEffects } from './after-reply.js';
import { mayWait, sendAndMayWait } from './blocking.js';
import { sendMuted } from './muted.js';
import { afterCommand, beforeCommand } from './server-time.js';
import { serverClosed } from './settle.js';
import type { Stage } from './stage.js';
import type { PerformedStep } from './step.js';
import { isSubscription, listen, sendSubscription } from './subscriptions.js';
import { queuedOn, readValues } from './values.js';

/** A command that the lab cannot order yet. */
export class UnsupportedCommandError extends Error {
  override name = 'UnsupportedCommandError';
}

/** Commands that act on the whole server, and so on the lab itself. */
const SERVER_WIDE = new Set(['SHUTDOWN', 'CLIENT PAUSE', 'CLIENT REPLY', 'SYNC', 'PSYNC', 'DEBUG SLEEP']);
/** First words of these: all others need no closer look. */
const SUSPECT = new Set(['MONITOR', ...[...SERVER_WIDE].map((words) => words.split(' ')[0]!)]);

/**
 * Sends one command and awaits its reply.
 *
 * @returns undefined when the server closed this connection instead of answering, keeps the command waiting, or
 * answers nothing on this connection
 * @throws ServerGoneError, UnsupportedCommandError
 */
export async function sendUpstream(
  stage: Stage,
  link: Link,
  held: HeldCommand,
  step: PerformedStep,
): Promise<Buffer | undefined> {
  const { name } = held;
  refuseUnsupported(link, held);
  const { scripts, control, trouble } = stage.environment;
  // A server that answers nothing but errors is not asked for more.
  const untouched = trouble.access === 'none';
  const looked = stage.traced ? lookedAt(stage, link, held) : [];
  const before = stage.traced && !untouched ? await readValues(control, looked, link.database) : undefined;
  const refreshed = untouched ? undefined : scripts.before(control, held);
  if (refreshed !== undefined) await refreshed;
  const prepared = beforeCommand(stage.environment, held);
  if (prepared !== undefined) await prepared;
  let reply: Buffer | undefined;
  try {
    reply = await ask(stage, link, held, step.id);
  } catch (error) {
    await connectionLost(stage, link, held, error);
    return undefined;
  }
  if (reply === undefined) {
    step.notes.push('waits on the server');
    return undefined;
  }
  noteEffects(stage.environment, link, held, reply);
  const followed = afterCommand(stage.environment, held, reply);
  if (followed !== undefined) reply = (await followed) ?? reply;
  // What the server says of itself while a client connects (numbers, memory, times) is never the same twice.
  if (held.greeting === 0 && !link.muted) step.reply = reply;
  if (name === 'CLIENT' && tracks(held)) listen(stage, link);
  if (before !== undefined) {
    const after = await readValues(control, looked, link.database);
    step.values = before.map(({ key, value }, at) => ({
      key,
      before: value,
      after: after[at]?.value ?? null,
    }));
  }
  return link.muted ? undefined : reply;
}

/** The commands whose keys a command works on. */
function lookedAt({ steps }: Stage, { client }: Link, { name, args }: HeldCommand): (readonly Buffer[])[] {
  return name === 'EXEC' ? queuedOn(steps, client.name) : [args];
}

/** The one command that goes to the server. @returns undefined when the server keeps it waiting */
function ask(stage: Stage, link: Link, held: HeldCommand, id: string): Promise<Buffer | undefined> {
  if (mayWait(link, held) || stage.environment.trouble.kind === 'server-pause')
    return sendAndMayWait(stage, link, held, id);
  if (isSubscription(held.name)) return sendSubscription(stage, link, held);
  if (link.muted) return sendMuted(link, held);
  return link.upstream!.request(held.frame);
}

function refuseUnsupported(link: Link, held: HeldCommand): void {
  if (link.transaction && isSubscription(held.name)) {
    throw new UnsupportedCommandError(
      `${held.tag.flow.name} sent ${held.name} inside of a transaction, which cannot be ordered`,
    );
  }
  if (!SUSPECT.has(held.name)) return;
  const { name, args, tag } = held;
  if (name === 'MONITOR') {
    throw new UnsupportedCommandError(
      `${tag.flow.name} sent MONITOR, which would show it the commands of the lab itself`,
    );
  }
  const words = [name, `${name} ${args[1]?.toString('latin1').toUpperCase()}`];
  const known = words.find((word) => SERVER_WIDE.has(word));
  if (known !== undefined) {
    throw new UnsupportedCommandError(
      `${tag.flow.name} sent ${known}, which would stop the lab's own connections, too`,
    );
  }
}

/** CLIENT TRACKING ON: from here on the server tells which keys changed. */
function tracks({ args }: HeldCommand): boolean {
  return [1, 2].every((at) => args[at]?.toString('latin1').toUpperCase() === ['', 'TRACKING', 'ON'][at]);
}

/** The connection ended instead of an answer. @throws ServerGoneError when the server is gone */
async function connectionLost(
  stage: Stage,
  link: Link,
  { name, tag }: HeldCommand,
  error: unknown,
): Promise<void> {
  try {
    if (link.upstream?.gaveUp !== false) throw error;
    const noted = stage.cut.indexOf(link);
    if (noted >= 0) stage.cut.splice(noted, 1);
    await serverClosed(stage, link);
  } catch (gone) {
    const { message } = gone as Error;
    throw new ServerGoneError(`${message} (${name} of ${tag.flow.name} was not answered)`, { cause: gone });
  }
}
