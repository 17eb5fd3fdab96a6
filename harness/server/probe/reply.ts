/** A RESP2 reply; errors are values here, and the caller decides whether they matter. @internal */
export type ProbeReply = string | number | null | Error | ProbeReply[];

/** A reply, and the offset of the first byte behind it. @internal */
export interface ParsedReply {
  readonly reply: ProbeReply;
  readonly end: number;
}

/** Reads the reply that starts at the offset `start`. @returns undefined while it is incomplete @internal */
export function parseReply(buffer: Buffer, start: number): ParsedReply | undefined {
  const lineEnd = buffer.indexOf('\r\n', start);
  if (lineEnd === -1) return undefined;
  const line = buffer.toString('utf8', start + 1, lineEnd);
  const end = lineEnd + 2;
  switch (String.fromCharCode(buffer[start]!)) {
    case '+':
      return { reply: line, end };
    case '-':
      return { reply: new Error(line), end };
    case ':':
      return { reply: Number(line), end };
    case '$':
      return parseText(buffer, end, Number(line));
    case '*':
      return parseItems(buffer, end, Number(line));
    default:
      // Not RESP at all: some other service listens here.
      return { reply: notRedis(buffer.toString('utf8', start, lineEnd)), end: buffer.length };
  }
}

/** A bulk string of `size` bytes; a negative size is null. */
function parseText(buffer: Buffer, start: number, size: number): ParsedReply | undefined {
  if (size < 0) return { reply: null, end: start };
  const end = start + size + 2;
  return buffer.length < end ? undefined : { reply: buffer.toString('utf8', start, start + size), end };
}

/** An array of `size` replies; a negative size is null. */
function parseItems(buffer: Buffer, start: number, size: number): ParsedReply | undefined {
  if (size < 0) return { reply: null, end: start };
  const items: ProbeReply[] = [];
  let end = start;
  while (items.length < size) {
    const item = parseReply(buffer, end);
    if (item === undefined) return undefined;
    items.push(item.reply);
    end = item.end;
  }
  return { reply: items, end };
}

function notRedis(line: string): Error {
  return new Error(`not a Redis reply: ${JSON.stringify(line.slice(0, 40))}`);
}
