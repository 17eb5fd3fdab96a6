import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { FaultMap } from '../../record/fault-map.js';
import { exampleRun } from '../../explore/maps/example-run.js';
import { readFindings, readRecord } from '../../record/read.js';
import { showJsonSchema, showSchema } from './show-format.js';
import { exampleJson, historyJson, mapsJson, recordJson } from './show-json.js';

const REPORTS = fileURLToPath(new URL('../../../reports/', import.meta.url));
const SCHEMA = fileURLToPath(new URL('../../../docs/schemas/show.json', import.meta.url));
const FROM = { version: '1.2.3', file: 'a.json' };

/** What a reader gets: the text, read again. */
function read(json: object): unknown {
  return JSON.parse(JSON.stringify(json));
}

test('the schema in the documentation is that of the code', async () => {
  await expect(`${JSON.stringify(showJsonSchema(), undefined, 2)}\n`).toMatchFileSnapshot(SCHEMA);
});

test('every kept record fits the schema, as a record and as a history', async () => {
  const names = readdirSync(REPORTS).filter((name) => name.endsWith('.json'));
  expect(names.length).toBeGreaterThan(50);
  for (const name of names) {
    const record = await readRecord(REPORTS + name);
    const json = recordJson(FROM, record, 'npx race-lab replay a.json', undefined);
    expect(showSchema.parse(read(json))).toEqual(read(json));
    expect(json.record).toBe(record);
    if (record.history === undefined) continue;
    const history = historyJson(FROM, record, record.history);
    expect(showSchema.parse(read(history))).toEqual(read(history));
  }
});

test('fault maps fit the schema, with their executions only where these are asked for', async () => {
  const maps = (await readFindings(`${REPORTS}maps/01-lost-update.json`)) as readonly FaultMap[];
  const short = mapsJson(FROM, maps, false);
  expect(showSchema.parse(read(short))).toEqual(read(short));
  expect(JSON.stringify(short)).not.toContain('"steps"');
  for (const { counts, cells } of short.maps)
    expect(Object.values(counts).reduce((sum, one) => sum + one, 0)).toBe(cells.length);
  const [one] = maps;
  const whole = mapsJson(FROM, [one!], true);
  expect(showSchema.parse(read(whole))).toEqual(read(whole));
  expect(whole.maps[0]!.cells).toEqual(one!.cells);
});

test('an execution of a cell fits the schema', async () => {
  const maps = (await readFindings(`${REPORTS}maps/01-lost-update.json`)) as readonly FaultMap[];
  const map = maps[0]!;
  const cell = map.cells.find(({ example }) => example !== undefined)!;
  const json = exampleJson(FROM, exampleRun(map, cell)!, 'npx race-lab replay', {
    cell: 'a/1/late-reply',
    outcome: cell.outcome,
  });
  expect(showSchema.parse(read(json))).toEqual(read(json));
});
