/** The kept tables, measured anew. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Environment } from '../../../harness/execution/host/environment.js';
import { sharedServer } from '../../../harness/index.js';
import { TABLES } from './kept.js';
import { measureTables } from './tables.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

// If a change is meant: npm run keep:tables, and read what it changes.
test('the kept tables are what comes out today', async () => {
  expect(await measureTables(environment)).toEqual(JSON.parse(readFileSync(TABLES, 'utf8')));
});
