import { z } from 'zod';
import type { Environment } from '../../../harness/execution/host/environment.js';
import { damageOf, ROWS, SITUATIONS, type Damage } from './cascade.js';
import { callsWith, FAULTS, SETTINGS, type Call } from './settings.js';

const damage = z.strictObject({
  failed: z.number(),
  longestMs: z.number().nullable(),
  backAfterMs: z.number().nullable(),
  died: z.boolean(),
});
const call = z.strictObject({ got: z.string().nullable(), afterMs: z.number().nullable(), ran: z.number() });

/** What is kept in `reports/tables`. */
export const tablesSchema = z.strictObject({
  format: z.literal(1),
  cascade: z.record(z.string(), z.record(z.string(), damage)),
  settings: z.record(z.string(), z.record(z.string(), z.strictObject({ struck: call, next: call }))),
});
export type Tables = z.infer<typeof tablesSchema>;

/** Measures both tables. */
export async function measureTables(
  environment: Environment,
  progress: (row: string) => void = () => {},
): Promise<Tables> {
  const tables: Tables = { format: 1, cascade: {}, settings: {} };
  for (const [row, design] of Object.entries(ROWS)) {
    progress(row);
    tables.cascade[row] = await cells(SITUATIONS, (situation) => damageOf(environment, design, situation));
  }
  for (const [row, setting] of Object.entries(SETTINGS)) {
    progress(row);
    tables.settings[row] = await cells(FAULTS, (fault) => callsWith(environment, setting, fault));
  }
  return tables;
}

async function cells<Column extends string, Cell>(
  columns: Readonly<Record<Column, unknown>>,
  measure: (column: Column) => Promise<Cell>,
): Promise<Record<string, Cell>> {
  const row: Record<string, Cell> = {};
  for (const column of Object.keys(columns) as Column[]) row[column] = await measure(column);
  return row;
}

/** The tables of the lesson, by name, as Markdown. */
export function markdownOf({ cascade, settings }: Tables): Record<string, string> {
  return {
    cascade: markdown('how the API is built', Object.keys(SITUATIONS), cascade, damageText),
    struck: markdown('the client', Object.keys(FAULTS), settings, ({ struck }) => callText(struck)),
    next: markdown('the client', Object.keys(FAULTS), settings, ({ next }) => callText(next)),
  };
}

function markdown<Cell>(
  corner: string,
  columns: readonly string[],
  rows: Readonly<Record<string, Readonly<Record<string, Cell>>>>,
  text: (cell: Cell) => string,
): string {
  const lines = Object.entries(rows).map(([row, cells]) => [
    `\`${row}\``,
    ...columns.map((one) => text(cells[one]!)),
  ]);
  const all = [[corner, ...columns], ['---', ...columns.map(() => '---')], ...lines];
  return all.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

function damageText({ failed, longestMs, backAfterMs, died }: Damage): string {
  const how = `${failed}${died ? ' ✝' : ''}`;
  return failed === 0 && longestMs === 0 ? how : `${how} / ${ms(longestMs)} / ${ms(backAfterMs)}`;
}

/** What errors are called in the table. */
const SHORT: Readonly<Record<string, string>> = {
  MaxRetriesPerRequestError: 'max retries',
  'Command timed out': 'timed out',
  'Connection is closed': 'closed',
  "Stream isn't writeable": 'not writeable',
};

function callText({ got, afterMs, ran }: Call): string {
  const what = got === null ? '∞' : `${SHORT[got] ?? got} / ${ms(afterMs)}`;
  return ran === 1 ? what : `${what} / ×${ran}`;
}

const ms = (time: number | null): string => (time === null ? '∞' : time.toLocaleString('en'));
