import { z } from 'zod';

/** Levels of a value: deeper than any server replies, and far from where walking one takes too much stack. */
const DEPTH_MAX = 500;

/** A value of somebody's own in a record: a reply, an input or an output. @internal */
export const anyValue: z.ZodType = z
  .unknown()
  .refine((value) => isWithin(value, DEPTH_MAX), { message: `nested deeper than ${DEPTH_MAX} levels` });

function isWithin(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((item) => isWithin(item, depth - 1));
}
