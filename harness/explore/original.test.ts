import { expect, test } from 'vitest';
import { noLostUpdate } from '../check/invariants.js';
import { noStuckKey } from '../check/key-invariants.js';
import { parseRecord } from '../record/read.js';
import { recordText } from '../record/text.js';
import { scenario } from '../scenario/scenario.js';
import { explore } from './explore.js';

const lossy = (workerCount: number) =>
  scenario({
    name: 'lossy',
    workerCount,
    workers: ({ redis, operation }) =>
      operation('increment', async () => redis.set('c', Number(await redis.get('c')) + 1)),
    invariants: [noLostUpdate({ key: 'c' })],
  });

test('a record keeps the execution as it was found beside the one that it was shrunk to', async () => {
  const { record } = await explore(lossy(4), { strategy: 'random', seed: 3 });
  const { found, steps } = record!;
  expect(found.from.steps).toBeGreaterThan(steps.length);
  expect(found.original!.steps).toHaveLength(found.from.steps);
  expect(found.original!.steps.every(({ source }) => source !== undefined)).toBe(true);
  expect(parseRecord(recordText(record!), 'it')).toEqual(record);
});

test('and keeps none where it is the same', async () => {
  const stuck = scenario({
    name: 'stuck',
    workers: ({ redis }) => redis.set('lock', 'me', 'NX'),
    workerCount: 1,
    invariants: [noStuckKey('lock')],
  });
  const { record } = await explore(stuck);
  expect(record!.found.original).toBeUndefined();
});
