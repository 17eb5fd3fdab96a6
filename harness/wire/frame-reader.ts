/** Cutting a byte stream into frames, in work that grows with the bytes and not with the pieces that they come in. */
import { LF, lineNumber, RespError } from './resp.js';

const CR = 13;
/** Room for a frame that has begun; whenever it is full it gets twice as much, so that few bytes are copied again. */
const ROOM_MIN = 256;

/** Where the end of one frame is, looked for once: what was seen is not looked at again when more has arrived. */
class FrameScan {
  /** Values still to be read. Aggregates add to it, so nesting needs no recursion. */
  #missing = 1;
  /** Where the next value begins. */
  #at = 0;
  /** From here on the end of its first line is looked for. */
  #look = 1;

  /**
   * @param bytes - all that has arrived of the frame and behind it; each time with more behind what was there before
   * @returns the offset behind the frame, or -1 when the frame is not complete yet
   * @throws RespError when the bytes cannot be RESP
   */
  end(bytes: Buffer): number {
    while (this.#missing > 0) {
      const at = this.#at;
      if (at >= bytes.length) return -1;
      const line = bytes.indexOf(LF, this.#look);
      if (line === -1) {
        this.#look = bytes.length;
        refuseUnknown(bytes[at]!, at);
        return -1;
      }
      if (bytes[line - 1] !== CR) throw new RespError(`line without CR at byte ${at}`);
      this.#missing -= 1;
      this.#value(bytes, at, line);
      this.#look = this.#at + 1;
    }
    return this.#at <= bytes.length ? this.#at : -1;
  }

  /** Goes behind a value, or behind the first line of one that has others in it. */
  #value(bytes: Buffer, at: number, line: number): void {
    this.#at = line + 1;
    switch (bytes[at]) {
      case 0x2b: // + simple string
      case 0x2d: // - error
      case 0x3a: // : integer
      case 0x5f: // _ null
      case 0x23: // # boolean
      case 0x2c: // , double
      case 0x28: // ( big number
        break;
      case 0x24: // $ bulk string
      case 0x21: // ! bulk error
      case 0x3d: {
        // = verbatim string
        const length = lineNumber(bytes, at + 1, line - 1);
        if (length >= 0) this.#at += length + 2;
        break;
      }
      case 0x2a: // * array
      case 0x7e: // ~ set
      case 0x3e: // > push
        this.#missing += Math.max(0, lineNumber(bytes, at + 1, line - 1));
        break;
      case 0x25: // % map
        this.#missing += 2 * Math.max(0, lineNumber(bytes, at + 1, line - 1));
        break;
      case 0x7c: // | attribute: precedes the value that it belongs to
        this.#missing += 1 + 2 * Math.max(0, lineNumber(bytes, at + 1, line - 1));
        break;
      default:
        refuseUnknown(bytes[at]!, at);
    }
  }
}

/** Every type byte of RESP 2 and 3. */
const TYPES = new Set(Buffer.from('+-:_#,($!=*~>%|'));

function refuseUnknown(type: number, at: number): void {
  if (!TYPES.has(type)) throw new RespError(`unknown type byte 0x${type.toString(16)} at byte ${at}`);
}

/** Cuts a byte stream, which arrives in arbitrary pieces, into whole frames. @internal */
export class FrameReader {
  /** Where a frame that has begun is put together. */
  #room: Buffer | undefined;
  #used = 0;
  #scan = new FrameScan();
  #garbage: RespError | undefined;

  /**
   * Adds a piece of the stream and returns the frames that it completed, each with its exact bytes. What comes behind
   * them may be no RESP: see `garbage`.
   */
  push(chunk: Buffer): Buffer[] {
    if (this.#garbage !== undefined) return [];
    const bytes = this.#room === undefined ? chunk : this.#append(chunk);
    const frames: Buffer[] = [];
    let at = 0;
    while (at < bytes.length) {
      const rest = at === 0 ? bytes : bytes.subarray(at);
      const end = this.#endOf(rest);
      if (end === -1) break;
      frames.push(end === rest.length ? rest : rest.subarray(0, end));
      at += end;
      this.#scan = new FrameScan();
    }
    this.#keep(bytes, at);
    return frames;
  }

  /** True while a frame has begun and not ended. */
  get partial(): boolean {
    return this.#used > 0;
  }

  /** What is wrong with the stream behind the frames that were returned; nothing more comes of it then. */
  get garbage(): RespError | undefined {
    return this.#garbage;
  }

  #endOf(bytes: Buffer): number {
    try {
      return this.#scan.end(bytes);
    } catch (error) {
      if (!(error instanceof RespError)) throw error;
      this.#garbage = error;
      return -1;
    }
  }

  #append(chunk: Buffer): Buffer {
    const length = this.#used + chunk.length;
    if (length > this.#room!.length) this.#room = moved(this.#room!.subarray(0, this.#used), 2 * length);
    chunk.copy(this.#room!, this.#used);
    this.#used = length;
    return this.#room!.subarray(0, length);
  }

  /** Keeps what was not cut off, never where a frame that was handed out is. */
  #keep(bytes: Buffer, from: number): void {
    if (from === 0 && this.#room !== undefined) return;
    const rest = bytes.length - from;
    this.#used = rest;
    this.#room = rest === 0 ? undefined : moved(bytes.subarray(from), Math.max(ROOM_MIN, 2 * rest));
  }
}

function moved(bytes: Buffer, size: number): Buffer {
  const room = Buffer.allocUnsafeSlow(size);
  bytes.copy(room);
  return room;
}
