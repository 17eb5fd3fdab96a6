import { expect, test } from 'vitest';
import { parseReply } from './reply.js';

test.each([
  ['+OK\r\n', 'OK'],
  [':-3\r\n', -3],
  ['$6\r\nväl\r\n\r\n', 'väl\r\n'],
  ['$0\r\n\r\n', ''],
  ['$-1\r\n', null],
  ['*-1\r\n', null],
  ['*0\r\n', []],
  ['*2\r\n*1\r\n:1\r\n$1\r\na\r\n', [[1], 'a']],
  ['-ERR no\r\n', new Error('ERR no')],
])('should read %j when it is whole, and nothing of a part', (text, reply) => {
  const bytes = Buffer.from(text);
  expect(parseReply(bytes, 0)).toEqual({ reply, end: bytes.length });
  for (let size = 0; size < bytes.length; size++)
    expect(parseReply(bytes.subarray(0, size), 0)).toBeUndefined();
});

test('should start anywhere, and leave what comes behind', () => {
  expect(parseReply(Buffer.from('+a\r\n+b\r\n+c\r\n'), 4)).toEqual({ reply: 'b', end: 8 });
});

test('should say so when it is no Redis', () => {
  const { reply } = parseReply(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), 0)!;
  expect(reply).toEqual(new Error('not a Redis reply: "HTTP/1.1 400 Bad Request"'));
});
