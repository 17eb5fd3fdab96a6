import type { Reply } from '../../../base/reply.js';
import type { CommandEffect, WireCommand } from '../../../check/happened.js';
import type { History } from '../../../check/history.js';
import { effectAmong } from '../../../execution/stage/sent-command.js';
import { isReplyError } from '../../../wire/resp.js';

/** A command in the history, without its place there. @internal */
export type NotedCommand = Pick<
  WireCommand,
  'worker' | 'call' | 'connection' | 'command' | 'applied' | 'answered' | 'reply'
>;

/** What is to be known of a command in a history. @internal */
export function noted({
  worker,
  call,
  connection,
  command,
  applied,
  answered,
  reply,
}: WireCommand): NotedCommand {
  return { worker, call, connection, command: [...command], applied, answered, reply };
}

/** A command in the history of an execution that nobody ran. @internal */
export class ComposedCommand implements WireCommand {
  readonly worker: number;
  readonly call: string;
  readonly connection: string;
  readonly command: readonly string[];
  readonly applied: boolean;
  answered: boolean;
  readonly reply: Reply | undefined;
  readonly #history: History;

  constructor(
    history: History,
    { worker, call, connection, command, applied, answered, reply }: NotedCommand,
    readonly at: number,
    readonly step: number,
    readonly atMs: number,
  ) {
    this.#history = history;
    this.worker = worker;
    this.call = call;
    this.connection = connection;
    this.command = command;
    this.applied = applied;
    this.answered = answered;
    this.reply = reply;
  }

  get effect(): CommandEffect {
    const { call } = this;
    return effectAmong(
      this.#history.commands.filter((one) => one.call === call && one.applied && !isUnknown(one)),
    );
  }
}

/** The server does not know this script: its client sends it whole, which is the same call. */
function isUnknown({ reply }: WireCommand): boolean {
  return reply !== undefined && isReplyError(reply) && reply.error.startsWith('NOSCRIPT');
}
