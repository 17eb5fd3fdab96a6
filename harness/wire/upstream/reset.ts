import { decodeReply, isReplyError } from '../resp.js';
import type { Due } from './preamble.js';
import { ServerGoneError } from './waiting.js';

/** Makes a connection like a new one: RESP2, database 0, no transaction, no subscription. @internal */
export const RESET = Buffer.from('*1\r\n$5\r\nRESET\r\n');

/** What is wrong with a reply to RESET; undefined where nothing is. @internal */
export function resetFailure(frame: Buffer): ServerGoneError | undefined {
  const reply = decodeReply(frame);
  return isReplyError(reply)
    ? new ServerGoneError(`RESET failed: ${reply.error} (Redis 6.2 or newer is needed)`)
    : undefined;
}

/** A RESET that goes in front of whatever is sent next. @param fail - is called where it comes to nothing @internal */
export function resetFirst(fail: (error: ServerGoneError) => void): Due {
  const resolve = (reply: Buffer): void => {
    const failure = resetFailure(reply);
    if (failure !== undefined) fail(failure);
  };
  // A connection that ends says so elsewhere.
  return { frame: RESET, waiting: [{ resolve, reject: () => {} }] };
}
