import { happenIn } from '../../base/flow.js';
import type { HeldCommand } from '../../wire/gate/held-command.js';
import type { Link } from '../../wire/gate/link.js';
import { discardUpstream } from '../stage/release.js';
import type { Stage } from '../stage/stage.js';
import { commandLine, type PerformedStep } from '../steps/step.js';
import { give, isHeardLater } from './deliver.js';
import { note, type SentCommand } from '../stage/sent-command.js';
import { sendUpstream } from './send.js';

/**
 * A command goes to the server, and its reply to the client: at once where its worker can hear nothing else before that,
 * as a step of its own otherwise.
 *
 * @internal
 */
export async function exchange(
  stage: Stage,
  link: Link,
  held: HeldCommand,
  step: PerformedStep,
): Promise<void> {
  const later = isHeardLater(stage, link, held);
  const reply = await sendUpstream(stage, link, held, step);
  const sent = note(stage, { link, held, reply }, 'ran');
  if (reply === undefined) return;
  const answer: Answer = { link, held, reply, sent };
  if (later) comesBack(stage, answer, step.id);
  else link.arrivals.next(() => arrives(stage, answer));
  // Other connections may have been killed: their end has arrived before the answer to this does.
  if (held.name === 'CLIENT') await stage.environment.control.ping();
}

interface Answer {
  readonly link: Link;
  readonly held: HeldCommand;
  readonly reply: Buffer;
  readonly sent: SentCommand | undefined;
}

function arrives(stage: Stage, { link, held, reply, sent }: Answer): void {
  give(link, held, reply, sent);
  if (held.name === 'QUIT') hangUp(stage, link);
}

/** The reply is on its way, behind what else is on its way on this connection. @param id - of the step of its command */
function comesBack(stage: Stage, answer: Answer, id: string): void {
  const { link, held } = answer;
  link.arrivals.hold(
    () => arrives(stage, answer),
    (arrival) =>
      stage.pending.push({
        worker: held.tag.flow.worker,
        // In the order in which they were asked for; the calm one comes before what was asked later.
        seq: held.seq,
        id: replyId(id),
        label: `reply to ${commandLine(held.args)} arrives`,
        ordinary: true,
        own: !link.client.shared,
        private: true,
        hears: true,
        arrivesOn: link,
        obsolete: () => !link.isOpen || !arrival.due(),
        perform: async (step) => {
          step.reply = answer.reply;
          arrival.arrive();
        },
      }),
  );
}

/** The name of the arrival of a reply. @param id - of the step of its command @internal */
export function replyId(id: string): string {
  return `${id}.reply`;
}

/** QUIT: the server closes the connection right after its reply. */
function hangUp(stage: Stage, link: Link): void {
  discardUpstream(stage, link);
  if (link.isOpen) happenIn(link.client.flow, () => link.stream.remoteEnd());
}
