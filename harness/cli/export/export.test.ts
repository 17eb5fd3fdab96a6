import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RaceRecord } from '../../record/format.js';
import { hashOf } from '../selection/own-lab.js';
import { useCommandLine } from '../testing/command-line.js';
import { raceProject, type RaceProject } from '../testing/race-project.js';

const fake = useCommandLine();
const { cli, refused } = fake;

const FILE = 'race/stock.race.ts';
const TEXT =
  "import { scenario } from 'redis-race-lab';\nimport { take } from '../src/stock.js';\nimport 'ioredis';\n";
const STOCK = 'export const take = 1;\n';

let cwd: string;
let imported: string[];
let unusual: RaceProject['unusual'];
let put: RaceProject['put'];
beforeEach(async () => {
  ({ cwd, imported, unusual, put } = await raceProject());
  await put(FILE, TEXT);
  await put('src/stock.ts', STOCK);
  await put(
    'package.json',
    JSON.stringify({ type: 'module', dependencies: { ioredis: '^5.0.0', left: '1' } }),
  );
});
afterEach(() => rm(cwd, { recursive: true }));

function record(file: Partial<RaceRecord['file']> = {}): Promise<string> {
  const named = { path: FILE, sha256: hashOf(TEXT), imports: { 'src/stock.ts': hashOf(STOCK) }, ...file };
  return put(
    'reports/a.json',
    JSON.stringify({ ...fake.lost, lab: FILE, variant: 'last item', file: named }),
  );
}

describe('export', () => {
  test('writes the record, the sources that it names, versions, and how to replay it', async () => {
    const file = await record();
    const { code, out } = await cli(`export ${file} --out given`, unusual);
    expect({ code, out }).toEqual({
      code: 0,
      out: 'given: 5 files, 2 sources among them\nreplay it: npx race-lab replay given\n',
    });
    const all = await readdir(join(cwd, 'given'), { recursive: true });
    expect(all.sort()).toEqual(
      ['HOW-TO-REPLAY.md', 'package.json', 'race', FILE, 'record.json', 'src', 'src/stock.ts'].sort(),
    );
    expect(await readFile(join(cwd, 'given', FILE), 'utf8')).toBe(TEXT);
    expect(JSON.parse(await readFile(join(cwd, 'given/package.json'), 'utf8'))).toEqual({
      private: true,
      type: 'module',
      dependencies: { ioredis: '^5.0.0', 'redis-race-lab': fake.lost.tool.version },
    });
    const how = await readFile(join(cwd, 'given/HOW-TO-REPLAY.md'), 'utf8');
    expect(how).toContain(`this loads ${FILE}, so look at it first`);
    expect(how).toContain('Lost update on counter');
  });

  test('is shown without loading anything, and replayed with its own sources, whatever lies here', async () => {
    await cli(`export ${await record()} --out given`, unusual);
    await put(FILE, 'something else');
    await put('given/race-lab.config.ts', 'nobody loads it');
    const shown = await cli('show given', unusual);
    expect([shown.code, imported]).toEqual([0, []]);
    expect(shown.out).not.toContain('has changed');
    const { code, out } = await cli('replay given', unusual);
    expect([code, imported]).toEqual([0, [join('given', FILE)]]);
    expect(out).not.toContain('has changed');
    await put(join('given', FILE), 'something else');
    expect((await cli('replay given', unusual)).out).toContain(`${FILE} has changed since this was recorded`);
  });

  test('of a lab is the record alone', async () => {
    const file = await put('a.json', JSON.stringify(fake.lost));
    expect((await cli(`export ${file}`, unusual)).out).toContain('a: 3 files, 0 sources among them');
    await put('a/race-lab.config.ts', 'nobody loads it');
    expect((await cli('replay a', unusual)).code).toBe(0);
    expect(imported).toEqual([]);
  });

  test('takes the file that is named by hand as seen from here', async () => {
    await cli(`export ${await record()} --out given`, unusual);
    expect((await cli(`replay given --file ${FILE}`, unusual)).code).toBe(0);
    expect(imported).toEqual([FILE]);
  });

  test('puts no version into package.json but one, and nothing out of its fence', async () => {
    const evil = { ...fake.lost, tool: { ...fake.lost.tool, version: 'npm:evil@1' } };
    const file = await put('a.json', JSON.stringify(evil));
    expect(await refused(`export ${file}`, unusual)).toContain('npm:evil@1, which is none');
    const verdict = { ...fake.lost.verdict, observed: '`````' };
    await put('a.json', JSON.stringify({ ...fake.lost, scenario: 'a\n# b', variant: 'a\n# b', verdict }));
    expect((await cli(`export ${file}`, unusual)).code).toBe(0);
    const how = await readFile(join(cwd, 'a/HOW-TO-REPLAY.md'), 'utf8');
    expect(how).toMatch(/^`{6}\n/m);
    expect(how).not.toMatch(/^# b/m);
  });

  test('overwrites nothing', async () => {
    const file = await record();
    await put('given/mine.txt', 'mine');
    expect(await refused(`export ${file} --out given`, unusual)).toContain('holds something already');
    expect(await readdir(join(cwd, 'given'))).toEqual(['mine.txt']);
  });
});

describe('what lies outside of the project stays there', () => {
  test.each([
    ['../secret.ts'],
    ['/etc/hostname'],
    ['race/../../secret.ts'],
    ['.env'],
    ['node_modules/x/index.js'],
    ['C:/secret.ts'],
    ['src//stock.ts'],
    ['./src/stock.ts'],
    ['src/stock.ts\0'],
  ])('a record that names %s', async (path) => {
    const file = await record({ imports: { [path]: hashOf('') } });
    expect(await refused(`export ${file} --out given`, unusual)).toContain('is not exported');
    expect(await readdir(cwd)).not.toContain('given');
  });

  test('a link that leads out of it', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'race-lab-elsewhere-'));
    try {
      await writeFile(join(elsewhere, 'secret.ts'), STOCK);
      await rm(join(cwd, 'src/stock.ts'));
      await symlink(join(elsewhere, 'secret.ts'), join(cwd, 'src/stock.ts'));
      expect(await refused(`export ${await record()} --out given`, unusual)).toContain('is not exported');
    } finally {
      await rm(elsewhere, { recursive: true });
    }
  });

  test('what lies beside the project, seen from a folder above it', async () => {
    const above = await mkdtemp(join(cwd, 'all-'));
    const inner = { ...unusual, cwd: join(above, 'mine') };
    await put(relative(cwd, join(inner.cwd, FILE)), TEXT);
    await put(relative(cwd, join(above, 'other/secret.ts')), STOCK);
    const file = await record({
      path: `mine/${FILE}`,
      imports: { 'other/secret.ts': hashOf(STOCK) },
    });
    const moved = await put(relative(cwd, join(inner.cwd, 'a.json')), await readFile(file, 'utf8'));
    expect(await refused(`export ${moved} --out given`, inner)).toContain('is not exported');
  });

  test('a folder, too many imports, names of the folder itself, and a manifest that is no JSON', async () => {
    expect(await refused(`export ${await record({ imports: { src: hashOf('') } })}`, unusual)).toContain(
      'src, which the record names, is no file',
    );
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`src/${at}.ts`, hashOf('')]));
    expect(await refused(`export ${await record({ imports: many })}`, unusual)).toContain(
      'names 500 imports, and no record names more',
    );
    await put('record.json', STOCK);
    const own = await record({ imports: { 'record.json': hashOf(STOCK) } });
    expect(await refused(`export ${own}`, unusual)).toContain('a source is called record.json');
    await put('package.json', 'no JSON');
    expect(await refused(`export ${await record()}`, unusual)).toContain('package.json is no JSON');
  });

  test('a source that has changed, is gone, or is too large', async () => {
    const file = await record();
    await put('src/stock.ts', 'export const take = 2;\n');
    expect(await refused(`export ${file} --out given`, unusual)).toContain('src/stock.ts has changed since');
    await put('src/stock.ts', ' '.repeat(1_000_001));
    expect(await refused(`export ${file} --out given`, unusual)).toContain('is larger than 1 MB');
    await rm(join(cwd, 'src/stock.ts'));
    expect(await refused(`export ${file} --out given`, unusual)).toContain('is not there any more');
  });

  test('a folder that was exported names its race file, and no other', async () => {
    await cli(`export ${await record()} --out given`, unusual);
    const path = join(cwd, 'given/record.json');
    const whole = JSON.parse(await readFile(path, 'utf8')) as RaceRecord;
    await writeFile(
      path,
      JSON.stringify({ ...whole, file: { ...whole.file, path: '../race/stock.race.ts' } }),
    );
    expect(await refused('replay given', unusual)).toContain('is no race file below this folder');
    // A link in its place, in the record's and in the source's.
    await rm(join(cwd, 'given', FILE));
    await symlink(join(cwd, FILE), join(cwd, 'given', FILE));
    await writeFile(path, JSON.stringify(whole));
    expect(await refused('replay given', unusual)).toContain('is no race file below this folder');
    await rm(path);
    await symlink(join(cwd, 'reports/a.json'), path);
    expect(await refused('replay given', unusual)).toContain('is a folder without a record.json of its own');
    expect(await refused('show given', unusual)).toContain('is a folder without a record.json of its own');
    expect(imported).toEqual([]);
  });
});
