import type { DeadlinesBehind } from '../../server-clock/deadlines-behind.js';
import type { HeldCommand } from '../../wire/gate/held-command.js';
import type { Link } from '../../wire/gate/link.js';
import type { Question } from '../../wire/upstream/question.js';
import { ServerGoneError } from '../../wire/upstream/waiting.js';
import { noteEffects } from './after-reply.js';
import { sendAndMayWait } from './blocking.js';
import { sendWithRepliesOff } from './replies-off.js';
import { afterCommand, beforeCommand } from './server-time.js';
import { serverClosed } from './server-closed.js';
import type { Stage } from '../stage/stage.js';
import type { PerformedStep } from '../steps/step.js';
import { isSubscription, listen, sendSubscription } from './subscriptions.js';
import { queuedOn, readValues } from './values.js';
import { refuseUnsupported } from './unsupported.js';
import { mayWait } from './wait-limit.js';

/**
 * Sends one command and awaits its reply.
 *
 * @returns undefined when the server closed this connection instead of answering, keeps the command waiting, or
 * answers nothing on this connection
 * @throws ServerGoneError, UnsupportedCommandError
 * @internal
 */
export async function sendUpstream(
  stage: Stage,
  link: Link,
  held: HeldCommand,
  step: PerformedStep,
): Promise<Buffer | undefined> {
  const { name } = held;
  const { scripts, control, health, state } = stage.environment;
  const refused = refuseUnsupported(link, held, control);
  if (refused !== undefined) await refused;
  state.note(name, held.args);
  // A server that answers nothing but errors is not asked for more.
  const untouched = health.access === 'none';
  const looked = stage.traced ? lookedAt(stage, link, held, step) : [];
  const before =
    stage.traced && !untouched ? await readValues(control, looked, link.state.database) : undefined;
  const refreshed = untouched ? undefined : scripts.before(control, held);
  if (refreshed !== undefined) await refreshed;
  const prepared = beforeCommand(stage.environment, held);
  if (prepared !== undefined) await prepared;
  let reply: Buffer | undefined;
  const questions: Question[] = [];
  const behind = askBehind(stage, link, held, questions);
  try {
    reply = await ask(stage, link, held, { id: step.id, questions });
  } catch (error) {
    await connectionLost(stage, link, held, error);
    return undefined;
  }
  if (reply === undefined) {
    step.notes.push('waits on the server');
    return undefined;
  }
  noteEffects(stage.environment, link, held, reply);
  if (behind !== undefined) stage.environment.deadlines.take(behind);
  const followed = afterCommand(stage.environment, held, reply);
  if (followed !== undefined) reply = (await followed) ?? reply;
  // What the server says of itself while a client connects (numbers, memory, times) is never the same twice.
  if (held.greeting === 0 && !link.repliesOff) step.reply = reply;
  if (name === 'CLIENT' && tracks(held)) {
    listen(stage, link);
    link.inbox.tracks();
  }
  if (before !== undefined) {
    const after = await readValues(control, looked, link.state.database);
    step.values = before.map(({ key, value }, at) => ({
      key,
      before: value,
      after: after[at]?.value ?? null,
    }));
  }
  return link.repliesOff ? undefined : reply;
}

/** The commands whose keys a command works on. */
function lookedAt(
  { steps, inside }: Stage,
  { client }: Link,
  { name, args }: HeldCommand,
  { id }: PerformedStep,
): (readonly Buffer[])[] {
  return name === 'EXEC' ? queuedOn(steps, client.name) : [args, ...(inside.get(id) ?? [])];
}

/** The one command that goes to the server. @returns undefined when the server keeps it waiting */
function ask(
  stage: Stage,
  link: Link,
  held: HeldCommand,
  { id, questions }: { readonly id: string; readonly questions: readonly Question[] },
): Promise<Buffer | undefined> {
  if (mayWait(link, held) || stage.environment.health.fault === 'server-pause')
    return sendAndMayWait(stage, link, held, id);
  if (isSubscription(held.name)) return sendSubscription(stage, link, held);
  if (link.repliesOff) return sendWithRepliesOff(link, held);
  return link.upstream!.request(held.frame, questions);
}

/** Adds what the lab wants to know after a command anyway, where it can be asked in the same write. */
function askBehind(
  { environment: { deadlines, health }, watches }: Stage,
  { state, repliesOff }: Link,
  { name, args, greeting }: HeldCommand,
  questions: Question[],
): DeadlinesBehind | undefined {
  if (health.fault !== undefined || greeting > 0 || repliesOff || !state.takesQuestions(name))
    return undefined;
  const behind = deadlines.behind(name, args);
  if (behind !== undefined) questions.push(...behind.questions);
  // Last, so that it is known what came before it.
  const watched = watches?.(name);
  if (watched !== undefined) questions.push(watched);
  return behind;
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
    stage.environment.state.unanswered(name);
    throw new ServerGoneError(`${message} (${name} of ${tag.flow.name} was not answered)`, { cause: gone });
  }
}
