/** The kept fault maps, made anew. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { spawned } from '../harness/cli/testing/spawned.js';
import { KEPT_MAPS, mapDifference, remakes } from './support/kept-maps.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'race-lab-maps-'));
});
afterAll(() => rm(folder, { recursive: true }));

test.for(await remakes())('$file should be what the code gives today', async ({ args, file }) => {
  const path = join(folder, file);
  const { code, err } = await spawned([...args, path], { source: true });
  expect(code, err).toBe(0);
  const [kept, today] = await Promise.all(
    [join(KEPT_MAPS, file), path].map((name) => readFile(name, 'utf8')),
  );
  const difference = mapDifference(kept!, today!);
  const message =
    difference === undefined
      ? ''
      : `reports/maps/${file} is not what the code gives today. First difference: ${difference}\n` +
        'If it is meant, run npm run keep:maps, and read what it changes in reports/maps.';
  expect(difference, message).toBeUndefined();
});
