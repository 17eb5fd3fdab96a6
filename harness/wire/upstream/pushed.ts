import { LF, PUSH } from '../resp.js';

/** First words of what the server sends unasked; confirmations of subscriptions look alike and are answers. */
const UNASKED = new Set(['message', 'pmessage', 'smessage', 'invalidate', 'server-cpu-usage']);
const ARRAY = 0x2a;
const BULK = 0x24;
const WORD_MAX = 32;

/**
 * Is this frame something that the server sent unasked: a message of a subscription, or an invalidation? In RESP3 such
 * frames have a type of their own, which confirmations share; in RESP2 they are arrays.
 *
 * @internal
 */
export function isMessage(frame: Buffer): boolean {
  if (frame[0] !== PUSH && frame[0] !== ARRAY) return false;
  const line = frame.indexOf(LF, 1);
  if (frame[line + 1] !== BULK) return false;
  const start = frame.indexOf(LF, line + 2) + 1;
  const end = frame.indexOf('\r', start, 'latin1');
  return end - start <= WORD_MAX && UNASKED.has(frame.toString('latin1', start, end));
}
