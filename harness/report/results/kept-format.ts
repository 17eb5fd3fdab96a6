/** `results.json` as it is read again: also what older versions wrote, which said less. */
import { z } from 'zod';
import { RecordError } from '../../record/error.js';
import { executionSize, plannedFault } from '../../record/format.js';
import { fitting } from '../../record/read.js';
import { SERVER_CLOCK_MODES } from '../../server/types.js';
import { RESULTS_FORMAT } from './results.js';

const wholeNumber = z.number().int().nonnegative();

const server = z.object({
  version: z.string(),
  product: z.enum(['redis', 'valkey']),
  source: z.enum(['container', 'process', 'download', 'address']),
  clock: z.enum(SERVER_CLOCK_MODES),
});

const sampling = z.object({
  current: z.string(),
  executions: z.record(z.string(), wholeNumber),
  classes: wholeNumber,
  classesAreMore: z.boolean(),
  late: z.object({ executions: wholeNumber, classes: wholeNumber }),
  growth: z.array(z.tuple([wholeNumber, wholeNumber])).optional(),
  unseen: z.number(),
  detection: z.array(z.object({ depth: wholeNumber, runs: wholeNumber, each: z.number(), all: z.number() })),
});

const entry = z.object({
  lab: z.string(),
  variant: z.string(),
  expected: z.enum(['holds', 'breaks', 'hangs']),
  expectedInvariant: z.string().nullable(),
  verdict: z.enum(['holds', 'breaks', 'hangs', 'incomplete', 'error']),
  invariant: z.string().nullable(),
  message: z.string(),
  strategy: z.string(),
  executions: wholeNumber,
  complete: z.boolean(),
  bounds: z.object({
    preemptions: wholeNumber.nullable(),
    faults: wholeNumber,
    delays: wholeNumber.nullable().default(null),
    clientTimers: z.literal(false).nullable().default(null),
    rounds: wholeNumber.nullable().default(null),
    alike: z.boolean().default(false),
  }),
  sampling: sampling.nullable().default(null),
  idleFaults: z.array(z.object({ fault: plannedFault, needs: z.string() })).default([]),
  raced: z
    .object({
      commands: z.object({ least: wholeNumber, most: wholeNumber }),
      contested: z.array(z.string()),
    })
    .nullable()
    .default(null),
  unreached: z.array(z.string()).default([]),
  capped: wholeNumber,
  minimal: executionSize.nullable(),
  record: z.string().nullable(),
  ms: z.number().nonnegative(),
  scenario: z.string().nullable().default(null),
  workers: wholeNumber.nullable().default(null),
  ranAt: z.string().nullable().default(null),
  redis: server.nullable().default(null),
  toolVersion: z.string().nullable().default(null),
});

const measurement = z.object({
  lab: z.string(),
  measurement: z.string(),
  outcome: z.enum(['measured', 'computed', 'not measured', 'error']),
  summary: z.string(),
  figures: z.record(z.string(), z.number()),
  missing: z.array(z.string()),
  pictures: z.record(z.string(), z.string()),
  ms: z.number().nonnegative(),
  ranAt: z.string().nullable(),
  toolVersion: z.string(),
});

const results = z.object({
  format: z.literal(RESULTS_FORMAT),
  tool: z.object({ version: z.string() }),
  redis: server,
  results: z.array(entry),
  measurements: z.array(measurement).default([]),
});

/** A measurement as the file holds it. @internal */
export type KeptMeasurement = z.infer<typeof measurement>;

/** A result as the file holds it. @internal */
export type KeptEntry = z.infer<typeof entry>;

/**
 * Reads the text of `results.json`.
 *
 * @param name - what to call the file in errors
 * @param folder - where it is, as the user wrote it
 * @throws RecordError that says what is wrong with it, and what to do
 * @internal
 */
export function parseResults(text: string, name: string, folder: string): z.infer<typeof results> {
  const cure = `its results would be lost: move the folder away, or give another one than ${folder} with --out`;
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new RecordError(`${name} is not JSON, and ${cure}`, { cause: error });
  }
  const format = (data as { format?: unknown } | null)?.format;
  if (typeof format === 'number' && format > RESULTS_FORMAT)
    throw new RecordError(`${name} was written by a newer version of the lab, and ${cure}`);
  try {
    return fitting(results, data as object, name);
  } catch (error) {
    throw new RecordError(`${(error as Error).message}, and ${cure}`, { cause: error });
  }
}
