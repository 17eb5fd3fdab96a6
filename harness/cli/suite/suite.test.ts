import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Verdict } from '../../record/verdict.js';
import { junitNumbers } from '../../report/results/testing/junit-structure.js';
import { limiterAdapter, lockAdapter } from '../../suite/adapters/suite-adapter.js';
import { broken, SERVER } from '../testing/fake-lab.js';
import { useCommandLine, type Called, type Unusual } from '../testing/command-line.js';
import type { Exports } from '../context/context.js';

const fake = useCommandLine();
const counts = limiterAdapter({ hit: async () => true });

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'race-lab-suite-'));
  await writeFile(join(cwd, 'limiter.race.ts'), '');
  await writeFile(join(cwd, 'none.json'), '{"format":1}');
  await writeFile(join(cwd, 'damaged.json'), '{"format":1,"known":[{"name":"counts","verdict":5}]}');
});
afterEach(() => rm(cwd, { recursive: true }));

const unusual = (more: Unusual, exports: Exports): Unusual => ({
  cwd,
  importFile: async () => exports,
  ...more,
});
const suite = (args: string, more: Unusual = {}, exports: Exports = { counts }): Promise<Called> =>
  fake.cli(`suite ${args} --out ${join(fake.folder, 'latest')}`, unusual(more, exports));
const refused = (args: string, exports: Exports = { counts }): Promise<string> =>
  fake.refused(`suite ${args}`, unusual({}, exports));

describe('suite', () => {
  test('runs every hazard that applies, and says of the others why they do not', async () => {
    const { code, out, asked } = await suite('limiter.race.ts');
    expect(code).toBe(0);
    expect(asked.explored.map(({ options: { identity } }) => identity?.variant)).toEqual(
      ['first-hit-race', 'crash-in-between', 'window-edge', 'retried-hit', 'noscript'].map(
        (id) => `counts/${id}`,
      ),
    );
    expect(out).toContain('counts (limiter, limiter.race.ts)\n✓ first-hit-race');
    expect(out).toContain('– redis-down        not applicable: it does not promise to admit anybody');
    expect(out).toContain('counts: 6 hazards: 5 pass, 1 not applicable;');
  });

  test('ends with 1 where one fails, keeps its record, and is replayed as everything else', async () => {
    const verdicts = { 'counts/window-edge': broken(fake.lost) };
    const { code, out } = await suite('limiter.race.ts', { verdicts });
    expect(code).toBe(1);
    expect(out).toContain('✗ window-edge       fail: Lost update on counter');
    expect(out).toContain('new: counts/window-edge\n');
    const [, record] = /replay \S*latest\/(records\/\S+\.json)/.exec(out)!;
    const kept = await readFile(join(fake.folder, 'latest', record!), 'utf8');
    expect(JSON.parse(kept)).toMatchObject({ verdict: { invariant: 'no lost update' } });
  });

  test('accepts what a baseline knows, and names what is mended', async () => {
    const failing = { 'counts/window-edge': broken(fake.lost), 'counts/noscript': broken(fake.lost) };
    const first = await suite('limiter.race.ts --write-baseline known.json', { verdicts: failing });
    expect([first.code, first.out.includes('baseline: 2 known failures in known.json\n')]).toEqual([0, true]);
    const same = await suite('limiter.race.ts --baseline known.json', { verdicts: failing });
    expect([same.code, same.out.includes('known: counts/window-edge and counts/noscript')]).toEqual([
      0,
      true,
    ]);
    expect(same.out).toContain('✗ window-edge       fail, known: ');
    const other = { 'counts/window-edge': broken(fake.lost), 'counts/retried-hit': broken(fake.lost) };
    const { code, out } = await suite('limiter.race.ts --baseline known.json', { verdicts: other });
    expect(code).toBe(1);
    expect(out).toContain('mended: counts/noscript; take them out of the baseline\n');
    expect(out).toContain('new: counts/retried-hit\n');
  });

  test('what fails among more workers has a record of its own, that is replayed as everything else', async () => {
    const lock = lockAdapter({ acquire: async () => true, release: async () => true });
    const scenario = 'lock/lost-acquire-reply, crowded';
    const lost = { ...fake.lost, scenario };
    const { code, out } = await suite(
      'limiter.race.ts --only lost-acquire-reply',
      { verdicts: { [scenario]: broken(lost) } },
      { lock },
    );
    expect([code, out.includes('new: lock/lost-acquire-reply, crowded\n')]).toEqual([1, true]);
    const [, record] = /replay \S*latest\/(records\/\S*crowded\S*\.json)/.exec(out)!;
    const kept = await readFile(join(fake.folder, 'latest', record!), 'utf8');
    expect(JSON.parse(kept)).toMatchObject({ scenario });
  });

  test('what is mended among more workers is mended in the reports as well', async () => {
    const lock = lockAdapter({ acquire: async () => true, release: async () => true });
    const [plain, crowded] = ['lock/lost-acquire-reply', 'lock/lost-acquire-reply, crowded'];
    const left = async (verdict: Partial<Verdict>): Promise<unknown[]> => {
      const verdicts = { [crowded]: verdict };
      await suite('limiter.race.ts --only lost-acquire-reply', { verdicts }, { lock });
      const { results } = JSON.parse(await readFile(join(fake.folder, 'latest/results.json'), 'utf8')) as {
        readonly results: readonly { readonly variant: string; readonly verdict: string }[];
      };
      return results.map(({ variant, verdict }) => `${variant} ${verdict}`);
    };
    const lost = { ...fake.lost, scenario: crowded };
    expect(await left(broken(lost))).toEqual([`${plain} holds`, `${crowded} breaks`]);
    expect(await left({})).toEqual([`${plain} holds`, `${crowded} holds`]);
    // Without a record, too.
    expect(await left({ kind: 'incomplete', complete: false })).toEqual([
      `${plain} holds`,
      `${crowded} incomplete`,
    ]);
    const junit = await readFile(join(fake.folder, 'latest/junit.xml'), 'utf8');
    expect(junitNumbers(junit)).toEqual({ tests: 2, failures: 0, errors: 1, skipped: 0 });
  });

  test('a baseline says of what fails among more workers the same to run, in both directions', async () => {
    const lock = lockAdapter({ acquire: async () => true, release: async () => true });
    const scenario = 'lock/lost-acquire-reply, crowded';
    const verdicts = { [scenario]: broken({ ...fake.lost, scenario }) };
    const words = 'limiter.race.ts --only lost-acquire-reply';
    const out = join(fake.folder, 'latest');
    const read = (file: string): Promise<string> => readFile(join(cwd, file), 'utf8');
    const run = (args: string, more: Unusual): Promise<Called> =>
      fake.cli(`run limiter.race.ts ${args} --out ${out}`, unusual(more, { lock }));
    await suite(`${words} --write-baseline suite.json`, { verdicts }, { lock });
    await run('--write-baseline run.json', { verdicts });
    expect(JSON.parse(await read('suite.json'))).toMatchObject({
      known: [{ name: `limiter.race.ts:${scenario}` }],
    });
    expect(await read('run.json')).toBe(await read('suite.json'));
    const same = await suite(`${words} --baseline run.json`, { verdicts }, { lock });
    expect([same.code, same.out.includes('✗ lost-acquire-reply  fail, known: ')]).toEqual([0, true]);
    expect((await run('--baseline suite.json', { verdicts })).code).toBe(0);
    const mended = await suite(`${words} --write-baseline suite.json`, {}, { lock });
    expect(mended.out).toContain(`mended, and taken out of it: ${scenario}\n`);
    expect(JSON.parse(await read('suite.json'))).toMatchObject({ known: [] });
  });

  test('JUnit counts what a baseline knows as skipped, also in the run that writes it', async () => {
    const verdicts = { 'counts/noscript': broken(fake.lost) };
    for (const option of ['--write-baseline', '--baseline']) {
      const { code } = await suite(`limiter.race.ts ${option} known.json`, { verdicts });
      const junit = await readFile(join(fake.folder, 'latest/junit.xml'), 'utf8');
      expect([code, junitNumbers(junit)]).toEqual([0, { tests: 5, failures: 0, errors: 0, skipped: 1 }]);
    }
  });

  test('a run that writes what it compares with says what it has taken up, and demands nothing', async () => {
    await suite('limiter.race.ts --write-baseline known.json', {
      verdicts: { 'counts/noscript': broken(fake.lost) },
    });
    const verdicts = { 'counts/window-edge': broken(fake.lost) };
    const both = 'limiter.race.ts --baseline known.json --write-baseline known.json';
    const { code, out } = await suite(both, { verdicts });
    expect(code).toBe(0);
    expect(out).toContain(
      'baseline: 1 known failure in known.json\nnew in it: counts/window-edge\nmended, and taken out of it: counts/noscript\n',
    );
    expect(out).not.toMatch(/^(?:new|mended|known): |take them/m);
    // What another file says is news all the same.
    const other = 'limiter.race.ts --baseline known.json --write-baseline other.json';
    expect((await suite(other)).out).toContain('mended: counts/window-edge; take them out of the baseline\n');
  });

  test('what cannot be written hides nothing of what was found', async () => {
    await mkdir(join(cwd, 'kept'));
    const { code, out, err } = await suite('limiter.race.ts --write-baseline kept/known.json', {
      verdicts: { 'counts/noscript': broken(fake.lost) },
      startServer: async () => {
        await rm(join(cwd, 'kept'), { recursive: true });
        await writeFile(join(cwd, 'kept'), '');
        return { ...SERVER, stop: async () => {} };
      },
    });
    expect([code, err]).toEqual([2, expect.stringMatching(/^race-lab: cannot write .*known\.json: /)]);
    expect(out).toContain('counts: 6 hazards: 4 pass, 1 fail, 1 not applicable;');
    expect(out).toContain('reports: ');
  });

  test('nor do reports that cannot be written', async () => {
    const latest = join(fake.folder, 'latest');
    const args = '--only noscript --json --write-baseline known.json';
    const { code, out, err } = await suite(`limiter.race.ts ${args}`, {
      verdicts: { 'counts/noscript': broken(fake.lost) },
      startServer: async () => {
        await rm(latest, { recursive: true, force: true });
        await writeFile(latest, '');
        return { ...SERVER, stop: async () => {} };
      },
    });
    expect([code, err]).toEqual([2, expect.stringContaining('latest')]);
    const { suites } = JSON.parse(out) as { readonly suites: readonly [{ readonly results: unknown[] }] };
    expect(suites[0].results).toMatchObject([{ outcome: 'fail', record: null }]);
    expect(await readFile(join(cwd, 'known.json'), 'utf8')).toContain('counts/noscript');
  });

  test('a baseline is one for run as well', async () => {
    const verdicts = { 'counts/noscript': broken(fake.lost) };
    await suite('limiter.race.ts --write-baseline known.json', { verdicts });
    const run = `run limiter.race.ts --baseline known.json --out ${join(fake.folder, 'latest')}`;
    const { code, out } = await fake.cli(run, unusual({ verdicts }, { counts }));
    expect([code, out.includes('known: limiter.race.ts:counts/noscript\n')]).toEqual([0, true]);
  });

  test('what breaks something else than it did is new', async () => {
    await suite('limiter.race.ts --write-baseline known.json', {
      verdicts: { 'counts/noscript': broken(fake.lost) },
    });
    const verdicts = { 'counts/noscript': { ...broken(fake.lost), invariant: 'everybody gets an answer' } };
    const { code, out } = await suite('limiter.race.ts --baseline known.json', { verdicts });
    expect([code, out.includes('new: counts/noscript\n'), out.includes('fail, known')]).toEqual([
      1,
      true,
      false,
    ]);
  });

  test('where nothing applies, nobody can tell', async () => {
    const file = join(fake.folder, 'badge.svg');
    const { code, out } = await suite(`limiter.race.ts --only redis-down --badge ${file}`);
    expect([code, out.includes('1 hazard: 0 pass, 1 not applicable')]).toEqual([2, true]);
    const badge = await readFile(file, 'utf8');
    const all = join(fake.folder, 'all.svg');
    await suite(`limiter.race.ts --badge ${all}`);
    const fill = (text: string): string | undefined => /rx="3" fill="(#\w+)"/.exec(text)?.[1];
    expect(fill(badge)).not.toBe(fill(await readFile(all, 'utf8')));
  });

  test('leaves what earlier runs found in the labs', async () => {
    const out = join(fake.folder, 'latest');
    await fake.cli(`run 01-counting/get-set --out ${out}`, unusual({}, { counts }));
    await suite('limiter.race.ts');
    const { results } = JSON.parse(await readFile(join(out, 'results.json'), 'utf8')) as {
      readonly results: readonly { readonly lab: string }[];
    };
    expect(results.map(({ lab }) => lab)).toContain('01-counting');
  });

  test('ends with 2 where nobody can tell', async () => {
    const { code, out } = await suite('limiter.race.ts --only noscript', {
      verdicts: { 'counts/noscript': { kind: 'incomplete', complete: false, message: 'no end' } },
    });
    expect([code, out.includes('? noscript  unknown: no end')]).toEqual([2, true]);
  });

  test('writes the scoreboard as Markdown, and a badge', async () => {
    const files = ['board.md', 'badge.svg'].map((name) => join(fake.folder, name));
    await suite(`limiter.race.ts --markdown ${files[0]} --badge ${files[1]}`, {
      verdicts: { 'counts/noscript': broken(fake.lost) },
    });
    const [board, badge] = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    expect(board).toContain('6 hazards: 4 pass, 1 fail, 1 not applicable.');
    expect(board).toContain('| ✗ | `noscript`: the server forgets its scripts | ');
    expect(badge).toContain('race lab: 4 of 5 hazards pass');
  });

  test.each([
    ['no.race.ts', { counts }, 'there is no file no.race.ts'],
    ['limiter.race.ts', { nothing: 1 }, 'limiter.race.ts:1: it exports no scenario'],
    ['limiter.race.ts --only crash', { counts }, 'there is no hazard "crash"; there are first-hit-race'],
    ['limiter.race.ts --baseline no.json', { counts }, 'cannot read the baseline no.json: no such file'],
    [
      'limiter.race.ts --baseline limiter.race.ts',
      { counts },
      'limiter.race.ts is not JSON, and so no baseline',
    ],
    ['limiter.race.ts --baseline none.json', { counts }, 'none.json is no baseline'],
    ['limiter.race.ts --baseline damaged.json', { counts }, 'damaged.json is damaged: known[0].verdict'],
    ['limiter.race.ts --write-baseline none.json', { counts }, 'none.json is no baseline'],
  ])('%s: one line, exit code 2', async (args, exports, message) => {
    expect(await refused(args, exports as Exports)).toContain(message);
  });

  test('run takes an adapter for its hazards, too', async () => {
    const { asked } = await fake.cli('run limiter.race.ts', unusual({}, { counts }));
    expect(asked.explored.map(({ scenario: { name } }) => name)).toContain('counts/retried-hit');
  });
});
