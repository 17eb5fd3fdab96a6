import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Results } from '../report/results/results.js';
import { ON_A_PROCESS, start, withoutProgress, type Ran } from './testing/spawned.js';

const folder = mkdtempSync(join(tmpdir(), 'race-lab-resume-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `race-lab run` to its end. */
function raceLab(reports: string, args: string): Promise<Ran> {
  return start(['run', ...args.split(' '), '--out', reports], { env: ON_A_PROCESS }).ended;
}

const resultOf = ({ out }: Ran): Results['results'][number] => (JSON.parse(out) as Results).results[0]!;

test('a search that ran out of budget, or was stopped, goes on with --resume, and comes to the same', async () => {
  const search = '01-lost-update/lua-cas --strategy exhaustive --json';
  const out = join(folder, 'budget');
  const first = await raceLab(out, `${search} --runs 40`);
  expect(first.code).toBe(2);
  expect(resultOf(first)).toMatchObject({ verdict: 'incomplete', executions: 40, complete: false });
  expect(readdirSync(join(out, 'unfinished'))).toEqual(['01-lost-update--lua-cas.json']);
  // Another variant in the same folder leaves it alone.
  expect((await raceLab(out, '01-lost-update/incr --strategy exhaustive --json')).code).toBe(0);
  const second = await raceLab(out, `${search} --resume`);
  expect(withoutProgress(second)).toBe('');
  expect(second.code).toBe(0);
  expect(resultOf(second)).toMatchObject({ verdict: 'holds', executions: 239, complete: true });
  expect(readdirSync(out)).not.toContain('unfinished');
  const third = await raceLab(out, `${search} --resume`);
  expect(third.code).toBe(2);
  expect(third.err).toBe(`race-lab: there is nothing to resume in ${out} for what is to be run\n`);
});

test('a saved search that is damaged, or of something else, is an error', async () => {
  const search = '01-lost-update/lua-cas --strategy exhaustive';
  const out = join(folder, 'refused');
  expect((await raceLab(out, `${search} --runs 40`)).code).toBe(2);
  const file = join(out, 'unfinished', '01-lost-update--lua-cas.json');
  const kept = readFileSync(file, 'utf8');
  const other = await raceLab(out, `${search} --resume --seed 5`);
  expect(other.code).toBe(2);
  expect(other.out).toContain('the saved search is not of');
  expect(readFileSync(file, 'utf8')).toBe(kept);
  writeFileSync(file, JSON.stringify({ ...JSON.parse(kept), executions: -1 }));
  const damaged = await raceLab(out, `${search} --resume`);
  expect(damaged.code).toBe(2);
  expect(damaged.err).toMatch(/^race-lab: .*01-lost-update--lua-cas\.json is damaged: .*\n$/);
});
