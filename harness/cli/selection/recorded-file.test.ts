import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RaceRecord } from '../../record/format.js';
import { useCommandLine } from '../testing/command-line.js';
import { raceProject, type RaceProject } from '../testing/race-project.js';
import { hashOf } from './own-lab.js';

const fake = useCommandLine();
const { cli } = fake;

const FILE = 'race/stock.race.ts';
const TEXT = 'export const lastItem = …';
let cwd: string;
let imported: string[];
let unusual: RaceProject['unusual'];
let put: RaceProject['put'];
beforeEach(async () => {
  ({ cwd, imported, unusual, put } = await raceProject());
  await put(FILE, TEXT);
});
afterEach(() => rm(cwd, { recursive: true }));

/** Writes a record of that file. @param folder - in which the command line was called */
function record(path: string, fields: Partial<RaceRecord> = {}, folder = '.'): Promise<string> {
  const file = { path, sha256: hashOf(TEXT) };
  const whole = { ...fake.lost, lab: path, variant: 'last item', file, ...fields };
  return put(join(folder, 'reports/latest/records/a.json'), JSON.stringify(whole));
}

describe('the race file of a record', () => {
  test('is loaded and run again', async () => {
    const { code, out } = await cli(`replay ${await record(FILE)}`, unusual);
    expect([code, imported]).toEqual([0, [FILE]]);
    expect(out).toContain(`${FILE}:last item: recorded as breaks`);
    expect(out).not.toContain('has changed');
  });

  test('is found beside the record, where the command line is called in another folder', async () => {
    await put(`packages/shop/${FILE}`, TEXT);
    const file = await record('race/stock.race.ts', {}, 'packages/shop');
    await rm(join(cwd, 'race'), { recursive: true });
    expect((await cli(`replay ${file}`, unusual)).code).toBe(0);
    expect(imported).toEqual([`packages/shop/${FILE}`]);
  });

  test.each(['replay', 'show'])('has changed: %s says so', async (command) => {
    const file = await record(FILE);
    const said = `${FILE} has changed since this was recorded\n`;
    expect((await cli(`${command} ${file}`, unusual)).out).not.toContain(said);
    await put(FILE, 'something else');
    expect((await cli(`${command} ${file}`, unusual)).out).toContain(said);
  });

  test.each(['replay', 'show'])('imports something that has changed: %s says what', async (command) => {
    const names = ['race/a.ts', 'src/b.ts', 'src/c.ts', 'src/d.ts'];
    for (const name of names) await put(name, name);
    const imports = Object.fromEntries(names.map((name) => [name, hashOf(name)]));
    const file = await record(FILE, { file: { path: FILE, sha256: hashOf(TEXT), imports } });
    expect((await cli(`${command} ${file}`, unusual)).out).not.toContain('since this was recorded');
    await put('src/b.ts', 'something else');
    expect((await cli(`${command} ${file}`, unusual)).out).toContain(
      'src/b.ts has changed since this was recorded\n',
    );
    await rm(join(cwd, 'src'), { recursive: true });
    await put(FILE, 'something else');
    expect((await cli(`${command} ${file}`, unusual)).out).toContain(
      `${FILE}, src/b.ts, src/c.ts and 1 more have changed since this was recorded\n`,
    );
  });

  test.each([
    '../outside.race.ts',
    '/tmp/outside.race.ts',
    'C:/outside.race.ts',
    'evil.mjs',
    'race/../../outside.race.ts',
    'node_modules/evil/evil.race.js',
    'dist/evil.race.js',
    '.hidden/evil.race.js',
    'link.race.ts',
    'linked/evil.race.ts',
    'gone.race.ts',
  ])('is not taken from a record that says %s', async (path) => {
    const outside = await mkdtemp(join(tmpdir(), 'race-lab-outside-'));
    await writeFile(join(outside, 'evil.race.ts'), '');
    await symlink(join(outside, 'evil.race.ts'), join(cwd, 'link.race.ts'));
    await symlink(outside, join(cwd, 'linked'));
    for (const there of [
      'evil.mjs',
      'node_modules/evil/evil.race.js',
      'dist/evil.race.js',
      '.hidden/evil.race.js',
    ])
      await put(there, '');
    const { code, out, err, asked } = await cli(`replay ${await record(path)}`, unusual);
    await rm(outside, { recursive: true });
    expect([code, out, imported, asked.replayed]).toEqual([2, '', [], []]);
    expect(err).toMatch(
      /^race-lab: .* is no race file below this folder \(.*\); say where it is by --file FILE\n$/,
    );
  });

  test('is what --file says, wherever it is', async () => {
    const elsewhere = await put('.hidden/anything.ts', TEXT);
    const file = await record('../outside.race.ts');
    expect((await cli(`replay ${file} --file ${elsewhere}`, unusual)).code).toBe(0);
    expect(imported).toEqual(['.hidden/anything.ts']);
  });

  test('is what --file says for a record that explore() made, which knows its scenario alone', async () => {
    const { lab: _, variant: __, ...own } = fake.lost;
    const file = await put('a.json', JSON.stringify({ ...own, scenario: 'last item' }));
    expect((await cli(`replay ${file}`, unusual)).err).toContain(
      'which is in no lab: replay it where it was written',
    );
    expect((await cli(`replay ${file} --file ${join(cwd, FILE)}`, unusual)).code).toBe(0);
  });

  test('has no such scenario any more: which it has is said', async () => {
    const { code, err } = await cli(`replay ${await record(FILE, { variant: 'last itm' })}`, unusual);
    expect([code, err]).toEqual([
      2,
      `race-lab: ${FILE} has no scenario "last itm": did you mean last item?\n`,
    ]);
  });
});
