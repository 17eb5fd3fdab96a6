/** What `race-lab show --json` prints, as a schema. */
import { z } from 'zod';
import { mapsSchema } from '../../record/fault-map.js';
import { executionSize, plannedFault, raceFile, recordSchema } from '../../record/format.js';
import { recordedHistory } from '../../record/history/format.js';
import { TOOL_NAME } from '../../record/tool.js';

/** Version of what is printed. Fields may be added without a new one; none goes away or changes its meaning. @internal */
export const SHOW_FORMAT = 1;

// Ids are the names that they have in the JSON Schema.
const record = recordSchema.meta({ id: 'record' });
const history = recordedHistory.meta({ id: 'history' });
const { tape, steps, verdict } = recordSchema.shape;
const map = mapsSchema.shape.maps.element;
const { outcome, ...cellFields } = map.shape.cells.element.shape;
/** Unlike in a file, a failing one may be without its record. */
const cell = z.object({ ...cellFields, outcome, record: record.exactOptional() });

const common = {
  format: z.literal(SHOW_FORMAT),
  tool: z.object({ name: z.literal(TOOL_NAME), version: z.string() }),
  /** The file that was read, as it was named. */
  file: z.string(),
};

/** Which scenario, for people. */
const name = z.string();
/** A command line that runs it again, from the folder in which this was printed. */
const replay = z.string();

const shownRecord = z.object({
  ...common,
  type: z.literal('record'),
  name,
  /** The finding in one sentence. */
  diagnosis: z.string(),
  /** The cell that it is of, where the file holds fault maps. */
  cell: z.string().exactOptional(),
  replay,
  size: executionSize,
  /** As it stands in its file. */
  record,
});

const shownExample = z.object({
  ...common,
  type: z.literal('example'),
  name,
  cell: z.string(),
  outcome,
  replay,
  /** An execution at whose end nothing was wrong. */
  run: z.object({
    lab: z.string().exactOptional(),
    variant: z.string().exactOptional(),
    file: raceFile.exactOptional(),
    scenario: z.string(),
    seed: z.number().int(),
    workers: z.number().int().positive(),
    faultBudget: z.number().int().nonnegative(),
    faults: z.array(plannedFault).exactOptional(),
    tape,
    steps,
  }),
});

const shownMaps = z.object({
  ...common,
  type: z.literal('maps'),
  maps: z.array(
    map.extend({
      name,
      /** How many cells came to what; `alsoWithout` are those that fail as without a fault, and count nowhere else. */
      counts: z.record(z.enum([...outcome.options, 'alsoWithout']), z.number().int().nonnegative()),
      /** With `--details` each failing one with its record, and each other one with an example; without, neither. */
      cells: z.array(cell),
    }),
  ),
});

const shownHistory = z.object({
  ...common,
  type: z.literal('history'),
  name,
  verdict: verdict.pick({ kind: true, invariant: true }),
  history,
});

/** One of four, by its `type`. @internal */
export const showSchema = z.discriminatedUnion('type', [shownRecord, shownExample, shownMaps, shownHistory]);

/** What is printed. @internal */
export type ShowJson = z.infer<typeof showSchema>;

/** The same as a JSON Schema, for readers in other languages. @internal */
export function showJsonSchema(): object {
  // Values of somebody's own, and faults that a plan may write in two ways, are whatever they are.
  return z.toJSONSchema(showSchema, { unrepresentable: 'any', io: 'input' });
}
