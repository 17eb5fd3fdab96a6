import type { HeldCommand } from '../../wire/gate/held-command.js';
import type { Link } from '../../wire/gate/link.js';
import type { Stage } from '../stage/stage.js';
import type { PerformedStep } from '../steps/step.js';
import type { FaultAction } from './action.js';
import { answerInstead, takeCommand } from './command-fault.js';

/**
 * The command is answered with an error, and the server never sees it; so are the next ones of the client.
 *
 * @internal
 */
export const errorReply: FaultAction<'error-reply'> = {
  // One at a time: what it answers from now on is settled.
  applies: (_stage, { link }) => link !== undefined && link.client.errorReply === undefined,
  inject: async (stage, move, spec) => {
    const struck = await takeCommand(stage, move, spec);
    if (struck === undefined) return;
    const { link, held, step } = struck;
    const { text, times } = spec.parameters;
    link.client.errorReply = { reply: Buffer.from(`-${text}\r\n`), left: times };
    answerWithError(stage, link, held, step);
  },
};

/** Answers a command with the error that its client gets for now. @returns false when it gets none @internal */
export function answerWithError(stage: Stage, link: Link, held: HeldCommand, step: PerformedStep): boolean {
  const { client } = link;
  const { errorReply: given } = client;
  if (given === undefined) return false;
  given.left -= 1;
  if (given.left === 0) client.errorReply = undefined;
  stage.history.prolong('error-reply');
  answerInstead({ stage, link, held, step }, given.reply);
  return true;
}
