import { z } from 'zod';
import type { FaultMap } from '../explore/fault-map.js';
import { FAULT_KINDS, type FaultKind } from '../wire/fault.js';
import { recordSchema } from './format.js';

/** Version of the file of fault maps that this code writes. */
export const MAPS_FORMAT = 1;

const fault = z.enum(FAULT_KINDS as [FaultKind, ...FaultKind[]]);
const { tape, steps } = recordSchema.shape;

const cell = z
  .object({
    position: z.string(),
    fault,
    outcome: z.enum(['holds', 'handled', 'breaks', 'hangs', 'unknown']),
    broken: z.array(z.string()),
    alsoWithout: z.boolean(),
    executions: z.number().int().positive(),
    record: recordSchema.exactOptional(),
    example: z.object({ tape, steps }).exactOptional(),
  })
  // Maps of older versions have no examples.
  .refine(({ outcome, record }) => (outcome !== 'breaks' && outcome !== 'hangs') || record !== undefined, {
    path: ['record'],
    error: 'a failing cell without its record',
  });

const map: z.ZodType<FaultMap> = z.object({
  format: z.literal(MAPS_FORMAT),
  lab: z.string().exactOptional(),
  variant: z.string().exactOptional(),
  scenario: z.string(),
  workers: z.number().int().positive(),
  seed: z.number().int().exactOptional(),
  bounds: z.array(
    z.object({
      faults: z.array(fault),
      preemptions: z.number().int().nonnegative(),
      earlyTimers: z.enum(['free', 'preempt']),
    }),
  ),
  complete: z.boolean(),
  executions: z.number().int().nonnegative(),
  withoutFault: z.array(z.object({ invariant: z.string(), preemptions: z.number().int().nonnegative() })),
  positions: z.array(z.object({ position: z.string(), command: z.string() })),
  cells: z.array(cell),
});

/** What `race-lab map --out` writes. */
export const mapsSchema = z.object({ format: z.literal(MAPS_FORMAT), maps: z.array(map) });
