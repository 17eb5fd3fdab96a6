/**
 * Framing of the Redis serialization protocol, versions 2 and 3 (https://redis.io/docs/latest/develop/reference/protocol-spec/).
 * The gate needs whole frames and their exact bytes; values are decoded only where somebody looks at them.
 */

const CR = 13;
export const LF = 10;
/** Type byte of a simple string: `+OK`. */
export const STATUS_REPLY = 0x2b;
/** Type byte of a RESP3 push. */
export const PUSH = 0x3e;

/** A malformed frame: the other side does not speak RESP. */
export class RespError extends Error {
  override name = 'RespError';
}

/**
 * Finds the end of the frame that starts at `from`.
 *
 * @returns the offset behind the frame, or -1 when the frame is not complete yet
 * @throws RespError when the bytes cannot be RESP
 */
export function frameEnd(bytes: Buffer, from: number): number {
  let at = from;
  // Values still to be read. Aggregates add to it, so nesting needs no recursion.
  let missing = 1;
  while (missing > 0) {
    if (at >= bytes.length) return -1;
    const type = bytes[at]!;
    const line = bytes.indexOf(LF, at + 1);
    if (line === -1) return -1;
    if (bytes[line - 1] !== CR) throw new RespError(`line without CR at byte ${at}`);
    missing -= 1;
    switch (type) {
      case 0x2b: // + simple string
      case 0x2d: // - error
      case 0x3a: // : integer
      case 0x5f: // _ null
      case 0x23: // # boolean
      case 0x2c: // , double
      case 0x28: // ( big number
        at = line + 1;
        break;
      case 0x24: // $ bulk string
      case 0x21: // ! bulk error
      case 0x3d: {
        // = verbatim string
        const length = lineNumber(bytes, at + 1, line - 1);
        at = length < 0 ? line + 1 : line + 1 + length + 2;
        if (at > bytes.length) return -1;
        break;
      }
      case 0x2a: // * array
      case 0x7e: // ~ set
      case 0x3e: // > push
        missing += Math.max(0, lineNumber(bytes, at + 1, line - 1));
        at = line + 1;
        break;
      case 0x25: // % map
        missing += 2 * Math.max(0, lineNumber(bytes, at + 1, line - 1));
        at = line + 1;
        break;
      case 0x7c: // | attribute: precedes the value that it belongs to
        missing += 1 + 2 * Math.max(0, lineNumber(bytes, at + 1, line - 1));
        at = line + 1;
        break;
      default:
        throw new RespError(`unknown type byte 0x${type.toString(16)} at byte ${at}`);
    }
  }
  return at;
}

/** Reads the decimal number between two offsets (`end` is exclusive). */
function lineNumber(bytes: Buffer, start: number, end: number): number {
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

/** Cuts a byte stream, which arrives in arbitrary pieces, into whole frames. */
export class FrameReader {
  #rest: Buffer | undefined;

  /** Adds a piece of the stream and returns the frames that it completed, each with its exact bytes. */
  push(chunk: Buffer): Buffer[] {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: Buffer[] = [];
    let at = 0;
    while (at < bytes.length) {
      const end = frameEnd(bytes, at);
      if (end === -1) break;
      frames.push(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end));
      at = end;
    }
    this.#rest = at === bytes.length ? undefined : bytes.subarray(at);
    return frames;
  }

  /** True while a frame has begun and not ended. */
  get partial(): boolean {
    return this.#rest !== undefined;
  }
}

/**
 * The first word of a request frame, in upper case: the name of the command.
 *
 * @throws RespError for anything but an array of bulk strings
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

/** An error reply as a value, so that it can stand inside arrays and records. */
export interface ReplyError {
  readonly error: string;
}

/** A decoded reply: what a record keeps and a person reads. */
export type Reply =
  string | number | boolean | null | ReplyError | readonly Reply[] | { readonly map: readonly Reply[] };

/** True for an error reply. */
export function isReplyError(reply: Reply): reply is ReplyError {
  return typeof reply === 'object' && reply !== null && 'error' in reply;
}

/**
 * Decodes a whole reply frame. Bytes that are not UTF-8 are shown as `\xNN`. Big numbers stay strings.
 */
export function decodeReply(frame: Buffer): Reply {
  return new ReplyDecoder(frame).value();
}

class ReplyDecoder {
  #at = 0;
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
        return this.value();
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
    for (let i = 0; i < count; i++) items.push(this.value());
    return items;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes as text; where they are not UTF-8, each byte outside printable ASCII becomes `\xNN`. */
export function printable(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return Array.from(bytes, (byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`,
    ).join('');
  }
}
