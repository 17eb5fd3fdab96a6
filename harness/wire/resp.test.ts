import { describe, expect, test } from 'vitest';
import { decodeReply, decodeRequest, printable, RespError } from './resp.js';

describe('decodeRequest', () => {
  test('should refuse what is no array of bulk strings', () => {
    expect(() => decodeRequest(Buffer.from('+PING\r\n'))).toThrow(RespError);
    expect(() => decodeRequest(Buffer.from('*1\r\n:1\r\n'))).toThrow(RespError);
  });
});

describe('printable', () => {
  test('should show bytes that are no text', () => {
    expect(printable(Buffer.from('grün'))).toBe('grün');
    expect(printable(Buffer.from([0x61, 0xff, 0x00]))).toBe('a\\xff\\x00');
  });
});

test('a reply that is nested too deep to be walked is named, whatever is in it', () => {
  for (const type of ['*1', '~1', '%1\r\n+key', '|1\r\n+key', '|0']) {
    const deep = Buffer.from(`${`${type}\r\n`.repeat(100_000)}:1\r\n`);
    expect(decodeReply(deep)).toBe(`(a reply of ${deep.length} bytes, nested more than 128 deep)`);
  }
  expect(JSON.stringify(decodeReply(Buffer.from(`${'*1\r\n'.repeat(128)}:1\r\n`)))).toContain('1');
});
