import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Verdict } from '../../record/verdict.js';
import { junitNumbers } from '../../report/results/testing/junit-structure.js';
import { useCommandLine } from '../testing/command-line.js';
import { broken } from '../testing/fake-lab.js';

const fake = useCommandLine();
const { cli, refused } = fake;

let baseline: string;
beforeEach(async () => {
  const { out } = await cli('run --json', { verdicts: { incr: broken(fake.lost) } });
  baseline = join(fake.folder, 'baseline.json');
  await writeFile(baseline, out);
});

test('what was not as expected in a baseline, and is the same, is known', async () => {
  const again = await cli(`run --baseline ${baseline}`, { verdicts: { incr: broken(fake.lost) } });
  expect(again.code).toBe(0);
  expect(again.out).toMatch(/known: 01-counting\/incr\n$/);
  const env = { GITHUB_ACTIONS: 'true' };
  const told = await cli(`run --baseline ${baseline}`, { env, verdicts: { incr: broken(fake.lost) } });
  expect(told.err).not.toContain('::error');
});

test('JUnit counts what is known, or passed over, as skipped', async () => {
  const junit = async (args: string, kind: Partial<Verdict>): Promise<object> => {
    await cli(`run ${args}`, { verdicts: { incr: kind } });
    return junitNumbers(await readFile(join(fake.folder, 'latest/junit.xml'), 'utf8'));
  };
  const lost = broken(fake.lost);
  const unknown = { kind: 'error', message: 'the server is gone' } as const;
  expect(await junit('', lost)).toEqual({ tests: 3, failures: 1, errors: 0, skipped: 0 });
  expect(await junit(`--baseline ${baseline}`, lost)).toEqual({
    tests: 3,
    failures: 0,
    errors: 0,
    skipped: 1,
  });
  expect(await junit(`--baseline ${baseline}`, { ...lost, invariant: 'another one' })).toEqual({
    tests: 3,
    failures: 1,
    errors: 0,
    skipped: 0,
  });
  expect(await junit(`--baseline ${baseline}`, {})).toEqual({ tests: 3, failures: 0, errors: 0, skipped: 0 });
  expect(await junit(`--baseline ${baseline}`, unknown)).toEqual({
    tests: 3,
    failures: 0,
    errors: 1,
    skipped: 0,
  });
  expect(await junit('--fail-on breaks', unknown)).toEqual({ tests: 3, failures: 0, errors: 0, skipped: 1 });
});

test('another failure is new, and what holds now is mended', async () => {
  const other = { ...broken(fake.lost), invariant: 'another one' };
  const changed = await cli(`run --baseline ${baseline}`, { verdicts: { incr: other } });
  expect([changed.code, changed.out]).toEqual([1, expect.stringMatching(/new: 01-counting\/incr\n$/)]);
  const mended = await cli(`run --baseline ${baseline}`);
  expect([mended.code, mended.out]).toEqual([
    0,
    expect.stringMatching(/mended: 01-counting\/incr; take\s+them out of the baseline\n$/),
  ]);
});

test('what nobody can tell is never known', async () => {
  const unknown = { incr: { kind: 'error', message: 'the server is gone' } } as const;
  const first = await cli('run --json', { verdicts: unknown });
  await writeFile(baseline, first.out);
  expect((await cli(`run --baseline ${baseline}`, { verdicts: unknown })).code).toBe(2);
});

test('only what somebody asks for makes it fail, and the rest is named', async () => {
  const unknown = { incr: { kind: 'error', message: 'the server is gone' } } as const;
  const passed = await cli('run --fail-on breaks,hangs', { verdicts: unknown });
  expect([passed.code, passed.out]).toEqual([
    0,
    expect.stringMatching(/no reason to fail, by --fail-on: 01-counting\/incr \(error\)\n$/),
  ]);
  expect((await cli('run --fail-on error', { verdicts: unknown })).code).toBe(2);
  expect((await cli('run --fail-on breaks', { verdicts: { incr: broken(fake.lost) } })).code).toBe(1);
});

test('a baseline that cannot be read changes nothing', async () => {
  const before = await readFile(join(fake.folder, 'latest/results.json'), 'utf8');
  expect(await refused('run --baseline nowhere.json')).toContain(
    'cannot read the baseline nowhere.json: there is no such file',
  );
  await writeFile(baseline, '{"format":1,"maps":[]}');
  expect(await refused(`run --baseline ${baseline}`)).toContain('baseline.json is damaged: results');
  await writeFile(baseline, 'x');
  expect(await refused(`run --baseline ${baseline}`)).toContain('is not JSON');
  expect(await refused('run --fail-on nothing')).toContain('Give some of breaks, hangs');
  expect(await readFile(join(fake.folder, 'latest/results.json'), 'utf8')).toBe(before);
});
