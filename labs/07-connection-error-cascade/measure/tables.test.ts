/** The tables of the lesson are those that are kept, and those are what comes out today. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Environment } from '../../../harness/execution/host/environment.js';
import { sharedServer } from '../../../harness/index.js';
import { damageOf, ROWS, SITUATIONS, type Situation } from './cascade.js';
import { LESSON, TABLES, withTables } from './kept.js';
import { callsWith, FAULTS, SETTINGS, type FaultName } from './settings.js';
import { markdownOf, tablesSchema } from './tables.js';

const kept = tablesSchema.parse(JSON.parse(readFileSync(TABLES, 'utf8')));

/** What is done to the server itself takes its real time; all of it is measured by `npm run test:long`. */
const isQuick = ([, fault]: readonly [string, { readonly kind: string } | undefined]): boolean =>
  fault?.kind.startsWith('server-') !== true;
const situations = Object.entries(SITUATIONS)
  .filter(isQuick)
  .map(([name]) => name as Situation);
const faults = Object.entries(FAULTS)
  .filter(isQuick)
  .map(([name]) => name as FaultName);

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

test('the lesson shows the tables that are kept', () => {
  const lesson = readFileSync(LESSON, 'utf8');
  expect(lesson.match(/<!-- table: \w+ -->/g)).toHaveLength(3);
  expect(withTables(lesson, markdownOf(kept))).toBe(lesson);
});

test.each(Object.entries(ROWS))('the damage with %s is what is kept', async (row, design) => {
  for (const situation of situations) {
    expect(await damageOf(environment, design, situation), situation).toEqual(kept.cascade[row]![situation]);
  }
});

test.each(Object.entries(SETTINGS))('calls with %s come to what is kept', async (row, setting) => {
  for (const fault of faults) {
    expect(await callsWith(environment, setting, fault), fault).toEqual(kept.settings[row]![fault]);
  }
});
