/**
 * Measures the tables of the lesson, keeps them in `reports/tables`, and puts them into the lesson: `npm run keep:tables`.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Environment } from '../../../harness/execution/host/environment.js';
import { sharedServer } from '../../../harness/index.js';
import { LESSON, TABLES, withTables } from './kept.js';
import { markdownOf, measureTables } from './tables.js';

const environment = await Environment.open(await sharedServer());
const tables = await measureTables(environment, (row) => process.stderr.write(`${row}\n`));
environment.close();
mkdirSync(dirname(TABLES), { recursive: true });
writeFileSync(TABLES, `${JSON.stringify(tables, undefined, 2)}\n`);
writeFileSync(LESSON, withTables(readFileSync(LESSON, 'utf8'), markdownOf(tables)));
process.exit();
