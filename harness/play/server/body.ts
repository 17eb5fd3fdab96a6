import type { IncomingMessage } from 'node:http';
import { z, type ZodType } from 'zod';
import { Refused } from './guard.js';

/** Bytes of a request: a tape of thousands of choices fits. */
const BODY_MAX = 64 * 1024;
const TEXT_MAX = 40_000;
const STEPS_MAX = 1_000_000;

const level = z.string().max(500);
const tape = z.string().max(TEXT_MAX);
const onward = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('stay') }),
  z.strictObject({ kind: z.literal('calm') }),
  z.strictObject({ kind: z.literal('choose'), choice: z.number().int() }),
]);

/** What may be asked, by the last part of the path. @internal */
export const QUESTIONS = {
  level: z.strictObject({ level }),
  tree: z.strictObject({ level }),
  play: z.strictObject({ level, tape, steps: z.number().int().min(0).max(STEPS_MAX), onward }),
  record: z.strictObject({ level, tape }),
} as const;

/** Reads a request. @throws Refused for one that is too long, or not what is asked here @internal */
export async function bodyOf<T>(request: IncomingMessage, schema: ZodType<T>): Promise<T> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > BODY_MAX) throw new Refused(413, `a request has ${BODY_MAX} bytes at most`);
    parts.push(part);
  }
  let data: unknown;
  try {
    data = JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    throw new Refused(400, 'that is not JSON');
  }
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw new Refused(400, 'that is no question that this page asks: reload it');
  return parsed.data;
}
