import { numberOf, textOf } from '../../wire/fault-spec.js';
import type { HeldCommand, Link } from '../../wire/link.js';
import { handOver } from '../deliver.js';
import { note } from '../recording.js';
import type { Stage } from '../stage.js';
import type { PerformedStep } from '../step.js';
import type { FaultAction } from './action.js';
import { take } from './strike.js';

/** The command is answered with an error, and the server never sees it; so are the next ones of the client. */
export const errorReply: FaultAction = {
  // One at a time: what it answers from now on is settled.
  applies: (_stage, { link }) => link !== undefined && link.client.spoof === undefined,
  inject: async (stage, move, spec) => {
    const struck = await take(stage, move, spec);
    if (struck === undefined) return;
    const { link, held, step } = struck;
    link.client.spoof = { reply: Buffer.from(`-${textOf(spec, 'text')}\r\n`), left: numberOf(spec, 'times') };
    answerFalsely(stage, link, held, step);
  },
};

/** Answers a command with the error that its client gets for now, if it does. @returns false when it does not */
export function answerFalsely(stage: Stage, link: Link, held: HeldCommand, step: PerformedStep): boolean {
  const { client } = link;
  const { spoof } = client;
  if (spoof === undefined) return false;
  spoof.left -= 1;
  if (spoof.left === 0) client.spoof = undefined;
  step.reply = spoof.reply;
  stage.history.prolong('error-reply');
  handOver(link, held, spoof.reply, note(stage, held, false, false));
  return true;
}
