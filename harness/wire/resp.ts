/**
 * Framing of the Redis serialization protocol, versions 2 and 3 (https://redis.io/docs/latest/develop/reference/protocol-spec/).
 * The gate needs whole frames and their exact bytes; values are decoded only where somebody looks at them.
 */

import type { Reply, ReplyError } from '../base/reply.js';

/** The byte that ends every line. @internal */
export const LF = 10;
/** Type byte of a simple string: `+OK`. @internal */
export const STATUS_REPLY = 0x2b;
/** Type byte of an error reply: `-ERR …`. @internal */
export const ERROR_REPLY = 0x2d;
/** Type byte of a RESP3 push. @internal */
export const PUSH = 0x3e;

/** A malformed frame: the other side does not speak RESP. @internal */
export class RespError extends Error {
  override name = 'RespError';
}

/** Reads the decimal number between two offsets (`end` is exclusive). @throws RespError @internal */
export function lineNumber(bytes: Buffer, start: number, end: number): number {
  let value = 0;
  let at = start;
  const negative = bytes[at] === 0x2d;
  if (negative) at += 1;
  if (at >= end) throw new RespError(`length missing at byte ${start}`);
  for (; at < end; at++) {
    const digit = bytes[at]! - 0x30;
    if (digit < 0 || digit > 9) throw new RespError(`bad length at byte ${start}`);
    value = value * 10 + digit;
  }
  return negative ? -value : value;
}

/**
 * The first word of a request frame, in upper case: the name of the command.
 *
 * @throws RespError for anything but an array of bulk strings
 * @internal
 */
export function requestName(frame: Buffer): string {
  const line = frame.indexOf(LF, 1);
  if (frame[0] !== 0x2a || frame[line + 1] !== 0x24)
    throw new RespError('a request must be an array of bulk strings');
  const start = frame.indexOf(LF, line + 2) + 1;
  return frame.toString('latin1', start, start + lineNumber(frame, line + 2, start - 2)).toUpperCase();
}

/**
 * The arguments of a request frame, an array of bulk strings.
 *
 * @throws RespError for anything else (inline commands are not supported)
 * @internal
 */
export function decodeRequest(frame: Buffer): Buffer[] {
  if (frame[0] !== 0x2a) throw new RespError('a request must be an array of bulk strings');
  let line = frame.indexOf(LF, 1);
  const count = lineNumber(frame, 1, line - 1);
  const args: Buffer[] = [];
  let at = line + 1;
  for (let i = 0; i < count; i++) {
    if (frame[at] !== 0x24) throw new RespError('a request must be an array of bulk strings');
    line = frame.indexOf(LF, at + 1);
    const length = lineNumber(frame, at + 1, line - 1);
    args.push(frame.subarray(line + 1, line + 1 + length));
    at = line + 1 + length + 2;
  }
  return args;
}

/** True for an error reply. @internal */
export function isReplyError(reply: Reply): reply is ReplyError {
  return typeof reply === 'object' && reply !== null && 'error' in reply;
}

/**
 * Decodes a whole reply frame. Bytes that are not UTF-8 are shown as `\xNN`. Big numbers stay strings.
 *
 * @internal
 */
export function decodeReply(frame: Buffer): Reply {
  try {
    return new ReplyDecoder(frame).value();
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    return `(a reply of ${frame.length} bytes, nested more than ${DEPTH_MAX} deep)`;
  }
}

/** Ends a decoding. */
class TooDeep extends Error {}

/** Deeper than any server nests what it answers. What is deeper is not shown: much deeper, and nothing could walk it. */
const DEPTH_MAX = 128;

class ReplyDecoder {
  #at = 0;
  #depth = 0;
  constructor(readonly bytes: Buffer) {}

  value(): Reply {
    const type = this.bytes[this.#at]!;
    const line = this.bytes.indexOf(LF, this.#at + 1);
    const text = this.bytes.toString('utf8', this.#at + 1, line - 1);
    this.#at = line + 1;
    switch (type) {
      case 0x2b:
      case 0x28:
        return text;
      case 0x2d:
        return { error: text };
      case 0x3a:
        return Number.isSafeInteger(Number(text)) ? Number(text) : text;
      case 0x2c:
        return Number.isFinite(Number(text)) ? Number(text) : text;
      case 0x5f:
        return null;
      case 0x23:
        return text === 't';
      case 0x24:
      case 0x21:
      case 0x3d:
        return this.#bulk(type, Number(text));
      case 0x25:
        return { map: this.#items(2 * Number(text)) };
      case 0x7c:
        this.#items(2 * Number(text));
        return this.#items(1)[0]!;
      default:
        return Number(text) < 0 ? null : this.#items(Number(text));
    }
  }

  #bulk(type: number, length: number): Reply {
    if (length < 0) return null;
    const bytes = this.bytes.subarray(this.#at, this.#at + length);
    this.#at += length + 2;
    if (type === 0x21) return { error: printable(bytes) };
    return printable(type === 0x3d ? bytes.subarray(4) : bytes);
  }

  #items(count: number): Reply[] {
    const items: Reply[] = [];
    if (this.#depth === DEPTH_MAX) throw new TooDeep();
    this.#depth += 1;
    for (let i = 0; i < count; i++) items.push(this.value());
    this.#depth -= 1;
    return items;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Up to this length a look at each byte is cheaper than a decoder. */
const SHORT = 64;

function isShortAscii(bytes: Buffer): boolean {
  if (bytes.length > SHORT) return false;
  for (let at = 0; at < bytes.length; at++) if (bytes[at]! > 0x7f) return false;
  return true;
}

/** Bytes as text; where they are not UTF-8, each byte outside printable ASCII becomes `\xNN`. @internal */
export function printable(bytes: Buffer): string {
  if (isShortAscii(bytes)) return bytes.toString('latin1');
  try {
    return utf8.decode(bytes);
  } catch {
    return Array.from(bytes, (byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`,
    ).join('');
  }
}
