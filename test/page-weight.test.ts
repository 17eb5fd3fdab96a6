import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readRecord } from '../harness/record/read.js';
import { renderPage } from '../harness/report/page/page.js';
import type { MeasurementResult } from '../harness/report/results/measured.js';
import { labs } from '../labs/index.js';
import { MEASUREMENTS } from '../labs/09-connection-storm/measurements.js';
import { resultOfRecord, RUN_FACTS } from './support/page-parts.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LIMIT_BYTES = 1_000_000;

/** The largest picture that lab 09 draws of what it does not measure, for each of its measurements: more than any run has. */
async function measurements(): Promise<MeasurementResult[]> {
  const queue = MEASUREMENTS.find(({ name }) => name === 'the-queue')!;
  const measured = await queue.measure({ signal: new AbortController().signal, note: () => {} });
  return MEASUREMENTS.map(({ name }) => ({
    ...{ lab: '09-connection-storm', measurement: name, outcome: 'measured', tookMs: 1, measured },
  }));
}

test('the page of all labs, with every kept finding, weighs less than 1 MB', async () => {
  const names = (await readdir(join(ROOT, 'reports'))).filter((name) => name.endsWith('.json'));
  const found = await Promise.all(names.map((name) => readRecord(join(ROOT, 'reports', name))));
  const first = found[0]!;
  const variants = labs.flatMap(({ variants }) => variants.length).reduce((sum, one) => sum + one, 0);
  // The variants that hold have a line each, and no record.
  const others = Array.from({ length: variants - found.length }, () => {
    const result = resultOfRecord(first);
    return { ...result, record: undefined };
  });
  const html = renderPage([...found.map(resultOfRecord), ...others], {
    run: RUN_FACTS,
    measurements: await measurements(),
    readSource: (path) => (existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), 'utf8') : undefined),
    replayLine: (path) => `npx race-lab replay ${path}`,
  });
  expect(Buffer.byteLength(html)).toBeLessThan(LIMIT_BYTES);
});
