import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameReader } from './frame-reader.js';
import type { Reply } from '../base/reply.js';
import { decodeReply, decodeRequest, RespError } from './resp.js';
import { encodeCommand } from './upstream/control.js';

/** A reply and the bytes that a server would send for it. */
const { reply } = fc.letrec<{ reply: [Reply, Buffer]; leaf: [Reply, Buffer] }>((tie) => ({
  leaf: fc.oneof(
    fc.string({ unit: 'grapheme' }).map((text): [Reply, Buffer] => [text, bulk('$', text)]),
    fc.integer().map((value): [Reply, Buffer] => [value, Buffer.from(`:${value}\r\n`)]),
    fc.boolean().map((value): [Reply, Buffer] => [value, Buffer.from(value ? '#t\r\n' : '#f\r\n')]),
    fc.constantFrom<[Reply, Buffer]>(
      [null, Buffer.from('$-1\r\n')],
      [null, Buffer.from('*-1\r\n')],
      [null, Buffer.from('_\r\n')],
      ['OK', Buffer.from('+OK\r\n')],
      [{ error: 'ERR no' }, Buffer.from('-ERR no\r\n')],
      [{ error: 'SYNTAX x' }, bulk('!', 'SYNTAX x')],
      ['plain', bulk('=', 'txt:plain')],
      [1.5, Buffer.from(',1.5\r\n')],
      ['inf', Buffer.from(',inf\r\n')],
      [
        '3492890328409238509324850943850943825024385',
        Buffer.from('(3492890328409238509324850943850943825024385\r\n'),
      ],
      [7, Buffer.from('|1\r\n+ttl\r\n:3600\r\n:7\r\n')],
    ),
  ),
  reply: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc
      .tuple(fc.constantFrom('*', '~'), fc.array(tie('reply'), { maxLength: 4 }))
      .map(([type, items]): [Reply, Buffer] => [
        items.map(([value]) => value),
        Buffer.concat([Buffer.from(`${type}${items.length}\r\n`), ...items.map(([, bytes]) => bytes)]),
      ]),
    fc
      .array(fc.tuple(tie('reply'), tie('reply')), { maxLength: 3 })
      .map((pairs): [Reply, Buffer] => [
        { map: pairs.flatMap(([key, value]) => [key[0], value[0]]) },
        Buffer.concat([
          Buffer.from(`%${pairs.length}\r\n`),
          ...pairs.flatMap(([key, value]) => [key[1], value[1]]),
        ]),
      ]),
  ),
}));

function bulk(type: string, text: string): Buffer {
  return Buffer.from(`${type}${Buffer.byteLength(text)}\r\n${text}\r\n`);
}

/** The same bytes in pieces. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, at) => bytes.subarray(places[at], end));
}

const cuts = fc.array(fc.nat(), { maxLength: 20 });

describe('FrameReader', () => {
  test('should cut any stream of replies into the same frames, in whatever pieces it arrives', () => {
    fc.assert(
      fc.property(fc.array(reply, { maxLength: 6 }), cuts, (replies, places) => {
        const reader = new FrameReader();
        const bytes = Buffer.concat(replies.map(([, frame]) => frame));
        const frames = pieces(bytes, places).flatMap((piece) => reader.push(piece));
        expect(frames.map(String)).toEqual(replies.map(([, frame]) => String(frame)));
        expect(frames.map(decodeReply)).toEqual(replies.map(([value]) => value));
        expect(reader.partial).toBe(false);
      }),
    );
  });

  test('should cut any stream of requests into commands', () => {
    const command = fc.array(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 5 }), cuts, (commands, places) => {
        const reader = new FrameReader();
        const frames = pieces(Buffer.concat(commands.map(encodeCommand)), places).flatMap((piece) =>
          reader.push(piece),
        );
        expect(frames.map(decodeRequest)).toEqual(commands);
      }),
    );
  });

  test('should hold back what is not complete', () => {
    const reader = new FrameReader();
    expect(reader.push(Buffer.from('$5\r\nhel'))).toEqual([]);
    expect(reader.partial).toBe(true);
    expect(reader.push(Buffer.from('lo\r\n')).map(String)).toEqual(['$5\r\nhello\r\n']);
  });

  test.each(['HTTP/1.1 400\r\n', '$x\r\n', '$\r\n', ':1\n'])('should refuse %j', (text) => {
    const reader = new FrameReader();
    expect(reader.push(Buffer.from(text))).toEqual([]);
    expect(reader.garbage).toBeInstanceOf(RespError);
  });

  test('should return what is whole before garbage, and nothing after it', () => {
    const reader = new FrameReader();
    expect(reader.push(Buffer.from('+OK\r\n:1\r\nHTTP')).map(String)).toEqual(['+OK\r\n', ':1\r\n']);
    expect(reader.garbage).toMatchObject({ message: 'unknown type byte 0x48 at byte 0' });
    expect(reader.push(Buffer.from('+OK\r\n'))).toEqual([]);
  });

  test.each([
    ['one value', [Buffer.from('$16000000\r\n'), Buffer.alloc(16_000_000, 'x'), Buffer.from('\r\n')]],
    ['many values', [Buffer.from(`*2000000\r\n`), Buffer.from('$1\r\nx\r\n'.repeat(2_000_000))]],
    ['one line', [Buffer.from('+'), Buffer.alloc(16_000_000, 'x'), Buffer.from('\r\n')]],
  ])('should take work that grows with the bytes: %s', (_, parts) => {
    const whole = Buffer.concat(parts);
    const reader = new FrameReader();
    const frames: Buffer[] = [];
    const before = process.cpuUsage();
    for (let at = 0; at < whole.length; at += 4096)
      frames.push(...reader.push(whole.subarray(at, at + 4096)));
    const { user } = process.cpuUsage(before);
    expect(frames.map(({ length }) => length)).toEqual([whole.length]);
    // Processor time, a tenth of it when all is well. To look at everything again with each piece takes far longer.
    expect(user / 1000).toBeLessThan(4000);
  });
});
