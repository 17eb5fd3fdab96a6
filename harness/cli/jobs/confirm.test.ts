import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseRecord } from '../../record/read.js';
import type { Results } from '../../report/results/results.js';
import { ON_A_PROCESS, spawned } from '../testing/spawned.js';

/** The second says the same in every execution of a process, and something else in each process. */
const RACES = `
import { invariant, scenario } from 'redis-race-lab';
const isSet = invariant('nothing is set', async ({ redis }) => {
  const observed = await redis.get('k');
  if (observed !== null) return { expected: 'nothing', observed: 'something' };
});
const rest = { workerCount: 1, mayNotRace: true, invariants: [isSet] };
export const always = scenario({ name: 'always', workers: ({ redis }) => redis.set('k', 'v'), ...rest });
export const depends = scenario({
  name: 'depends',
  workers: ({ redis }) => redis.set('k', 'process ' + process.pid),
  ...rest,
});
`;

test('what was found is run once more in another process, and what depends on its process is told apart', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'race-lab-confirm-'));
  try {
    await writeFile(join(cwd, 'set.race.mjs'), RACES);
    const { code, out, err } = await spawned(['run', '--json'], { cwd, env: ON_A_PROCESS });
    expect(code, err).toBe(1);
    const { results } = JSON.parse(out) as Results;
    const [always, depends] = await Promise.all(
      results.map(async ({ record }) => {
        const path = join(cwd, 'reports/latest', record!);
        return parseRecord(await readFile(path, 'utf8'), path).reproduced;
      }),
    );
    expect(always).toEqual({ times: 20, of: 20, elsewhere: { same: true } });
    expect(depends).toMatchObject({ times: 20, of: 20, elsewhere: { same: false } });
    const { first, second, step } = depends!.elsewhere!.difference!;
    expect(step).toBe(1);
    expect([first, second]).toEqual([
      expect.stringMatching(/SET k process \d+/),
      expect.stringMatching(/SET k process \d+/),
    ]);
    expect(first).not.toBe(second);
    const shown = await spawned(['show', join('reports/latest', results[1]!.record!)], { cwd });
    expect(shown.out.replaceAll(/\s+/g, ' ')).toContain(
      'reproduced 20/20 in the process that found it, and not in another one: there step 1 was',
    );
  } finally {
    await rm(cwd, { recursive: true });
  }
});
