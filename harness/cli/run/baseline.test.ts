import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Verdict } from '../../record/verdict.js';
import { junitNumbers } from '../../report/results/testing/junit-structure.js';
import { useCommandLine } from '../testing/command-line.js';
import { broken, SERVER } from '../testing/fake-lab.js';

const fake = useCommandLine();
const { cli, refused } = fake;

let baseline: string;
beforeEach(async () => {
  baseline = join(fake.folder, 'baseline.json');
  await cli(`run --write-baseline ${baseline}`, { verdicts: { incr: broken(fake.lost) } });
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
  const first = await cli(`run --write-baseline ${baseline}`, { verdicts: unknown });
  expect(first.code).toBe(2);
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

test('what is written is known from then on, and nothing else of the file changes', async () => {
  const written = await readFile(baseline, 'utf8');
  expect(JSON.parse(written)).toEqual({
    format: 1,
    known: [{ name: '01-counting/incr', verdict: 'breaks', invariant: fake.lost.verdict.invariant }],
  });
  const env = { GITHUB_ACTIONS: 'true' };
  const verdicts = { 'get-set': { kind: 'holds', message: 'it holds' } } as const;
  const more = await cli(`run 01-counting/get-set --write-baseline ${baseline}`, { env, verdicts });
  expect([more.code, more.out.includes('baseline: 2 known failures in ')]).toEqual([0, true]);
  expect(more.err).not.toContain('::error');
  // What holds again goes, what was not run stays.
  const mended = await cli(`run 01-counting/get-set --write-baseline ${baseline}`);
  expect([mended.code, await readFile(baseline, 'utf8')]).toEqual([0, written]);
});

test('a baseline that is compared with and written says what has changed, and accepts it', async () => {
  const other = { ...broken(fake.lost), invariant: 'another one' };
  const options = `--baseline ${baseline} --write-baseline ${baseline}`;
  const changed = await cli(`run ${options}`, { verdicts: { incr: other } });
  expect([changed.code, changed.out]).toEqual([
    0,
    expect.stringMatching(/baseline: 1 known failure in\s+\S+\nnew in it: 01-counting\/incr\n$/),
  ]);
  expect(changed.out).not.toMatch(/^new: /m);
  expect((await cli(`run --baseline ${baseline}`, { verdicts: { incr: other } })).code).toBe(0);
});

test('a baseline that has taken up what is mended demands nothing', async () => {
  const { code, out } = await cli(`run --baseline ${baseline} --write-baseline ${baseline}`);
  expect([code, out]).toEqual([
    0,
    expect.stringMatching(/\nmended, and taken out of it: 01-counting\/incr\n$/),
  ]);
  expect(out).not.toContain('take them');
});

test('a baseline that cannot be written hides nothing of what was found', async () => {
  const folder = join(fake.folder, 'kept');
  await mkdir(folder);
  const { code, out, err } = await cli(`run --baseline ${baseline} --write-baseline ${folder}/new.json`, {
    env: { GITHUB_ACTIONS: 'true' },
    verdicts: { incr: { kind: 'error', message: 'the server is gone' } },
    startServer: async () => {
      await rm(folder, { recursive: true });
      await writeFile(folder, '');
      return { ...SERVER, stop: async () => {} };
    },
  });
  expect([code, out.includes('reports: ')]).toEqual([2, true]);
  expect(err).toMatch(/^::warning [^]*\nrace-lab: cannot write .*new\.json: /m);
});

test('a baseline that cannot be read, or written, changes nothing', async () => {
  const results = await readFile(join(fake.folder, 'latest/results.json'), 'utf8');
  expect(await refused('run --baseline nowhere.json')).toContain(
    'cannot read the baseline nowhere.json: no such file. --write-baseline nowhere.json writes one',
  );
  for (const [text, message] of [
    ['{"format":1,"results":[]}', 'baseline.json is no baseline: --write-baseline writes one'],
    ['{"format":2,"known":[]}', 'baseline.json is damaged: format'],
    ['{"format":1,"known":[{"name":"x"}]}', 'baseline.json is damaged: known[0].verdict'],
    ['x', 'is not JSON'],
  ] as const) {
    await writeFile(baseline, text);
    expect(await refused(`run --baseline ${baseline}`)).toContain(message);
    expect(await refused(`run --write-baseline ${baseline}`)).toContain(message);
    expect(await readFile(baseline, 'utf8')).toBe(text);
  }
  expect(await refused(`run --write-baseline ${fake.folder}`)).toContain('this is a folder');
  expect(await refused('run --watch --write-baseline new.json')).toContain('does not go with --watch');
  expect(await refused('run --fail-on nothing')).toContain('Give some of breaks, hangs');
  expect(await readFile(join(fake.folder, 'latest/results.json'), 'utf8')).toBe(results);
});
