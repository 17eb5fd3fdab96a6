import type { PendingReply } from './waiting.js';

/**
 * What the lab itself asks right behind a command, in the same write and on the same connection: the server answers it
 * before it runs anything else, and nobody waits for it apart.
 *
 * @internal
 */
export interface Question {
  /** One command, which leaves the connection as it was. */
  readonly frame: Buffer;
  /** Called with the frame of its answer, before whoever sent the command in front of it goes on; never where the connection ends. */
  readonly answered: (reply: Buffer) => void;
}

/**
 * Those who wait for the reply to a command, and for the answers to the questions behind it, in order. The reply is handed
 * on with the last answer, or when the connection ends before that.
 *
 * @internal
 */
export function inOneWrite(command: PendingReply, questions: readonly Question[]): PendingReply[] {
  let reply: Buffer;
  const last = questions.at(-1);
  const behind = questions.map((question) => ({
    resolve: (answer: Buffer) => {
      question.answered(answer);
      if (question === last) command.resolve(reply);
    },
    reject: () => command.resolve(reply),
  }));
  const { reject } = command;
  // Where there is no reply either, that comes first.
  return [{ resolve: (bytes) => void (reply = bytes), reject }, ...behind];
}

/** Those who wait for several replies, to be had together. @internal */
export function together(
  count: number,
  resolve: (replies: Buffer[]) => void,
  reject: PendingReply['reject'],
): PendingReply[] {
  const replies: Buffer[] = [];
  const took = (reply: Buffer): void => {
    if (replies.push(reply) === count) resolve(replies);
  };
  return Array.from({ length: count }, () => ({ resolve: took, reject }));
}
