import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lab } from '../../scenario/lab.js';
import { scenario } from '../../scenario/scenario.js';
import type { Scenario } from '../../scenario/types.js';
import { useCommandLine, type Unusual } from '../testing/command-line.js';
import type { Exports } from '../context/context.js';

const { cli, refused } = useCommandLine();

/** A scenario that nobody runs. */
const named = (name: string): Scenario => scenario({ name, workers: async () => {}, invariants: [] });

/** What each file exports, by its path. */
let files: Record<string, Exports | Error>;
let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'race-lab-own-'));
  files = {};
});
afterEach(() => rm(cwd, { recursive: true }));

/** Puts a file there. @param text - what it holds, of which only places are read here */
async function put(path: string, exports: Exports | Error, text = ''): Promise<void> {
  files[path] = exports;
  const file = join(cwd, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

const inProject = (): Unusual => ({
  cwd,
  importFile: async (path) => {
    const found = files[path.slice(cwd.length + 1)];
    if (found instanceof Error) throw found;
    return found ?? Promise.reject(new Error(`${path} was not to be loaded`));
  },
});

/** Names of what was run. */
async function ran(args: string): Promise<string[]> {
  const { asked } = await cli(`run ${args}`, inProject());
  return asked.explored.map(({ options: { identity } }) => `${identity!.lab} ${identity!.variant}`);
}

describe('what words mean', () => {
  beforeEach(async () => {
    await put('race/stock.race.ts', { lastItem: named('last'), default: [named('first'), named('a/b:c')] });
    await put('race/deep/cart.race.mjs', { cart: named('cart') });
    await put('other.ts', { other: named('other') });
    for (const folder of ['node_modules/x', 'dist', '.hidden'])
      await put(`${folder}/stock.race.js`, new Error('not to be loaded'));
  });

  test.each([
    ['race/stock.race.ts', ['last', 'first', 'a/b:c'].map((name) => `race/stock.race.ts ${name}`)],
    ['./race/stock.race.ts:last', ['race/stock.race.ts last']],
    ['race/stock.race.ts/last', ['race/stock.race.ts last']],
    ['race/stock.race.ts:a/b:c race/stock.race.ts/a/b:c', ['race/stock.race.ts a/b:c']],
    ['race/deep/', ['race/deep/cart.race.mjs cart']],
    ['other.ts', ['other.ts other']],
    ['race/**/*.mjs', ['race/deep/cart.race.mjs cart']],
    ['other.ts 02', ['02-locking mixed', 'other.ts other']],
  ])('%s', async (words, expected) => {
    expect(await ran(words)).toEqual(expected);
  });

  test('none: every race file of the project, which is said', async () => {
    const { asked, err } = await cli('run', inProject());
    expect(asked.explored.map(({ scenario: { name } }) => name)).toEqual(['cart', 'last', 'first', 'a/b:c']);
    expect(err).toBe('taking 4 scenarios of 2 race files (**/*.race.{ts,mts,cts,js,mjs,cjs})\n');
  });

  test('none where there are no race files: the labs, which is said', async () => {
    const empty = join(cwd, 'empty');
    await mkdir(empty);
    const { asked, err } = await cli('run', { ...inProject(), cwd: empty });
    expect(asked.explored).toHaveLength(3);
    expect(err).toMatch(/^no race files here \(.*\): taking the labs that come with race-lab\n$/);
  });

  test.each([
    ['race/stok.race.ts', 'there is no file race/stok.race.ts: did you mean race/stock.race.ts?'],
    ['nothing.ts', 'there is no file nothing.ts: there are race/deep/cart.race.mjs and race/stock.race.ts'],
    ['race/stock.race.ts:lost', 'race/stock.race.ts has no scenario "lost": did you mean last?'],
    ['nowhere', 'unknown lab "nowhere" (list shows them all)'],
    ['*.tsx', 'no file fits *.tsx'],
  ])('%s is refused', async (words, message) => {
    expect(await refused(`run ${words}`, inProject())).toBe(message);
  });

  test('list has them before the labs', async () => {
    const overview = (await cli('list', inProject())).out;
    expect(overview).toContain('\n2 race files, 2 labs, 7 variants\n');
    const { out, code } = await cli('list --details', inProject());
    expect(code).toBe(0);
    expect(out.split('\n').filter((line) => /^\S/.test(line))).toEqual([
      'race/deep/cart.race.mjs  1 scenario',
      'race/stock.race.ts  3 scenarios',
      '01-counting  Counting',
      '02-locking  Locking',
    ]);
  });
});

describe('what a file exports', () => {
  test('a lab says what is expected of its scenarios', async () => {
    const races = lab({
      id: 'races',
      title: 'Races',
      variants: [{ name: 'known', title: 'a known bug', scenario: named('x'), expect: { kind: 'hangs' } }],
    });
    await put('a.race.ts', { races, same: races });
    const { out, code } = await cli('run a.race.ts', { ...inProject(), verdicts: { x: { kind: 'hangs' } } });
    expect(code).toBe(0);
    expect(out).toContain('✓ a.race.ts:known hangs as expected');
  });

  const plain = { name: 'plain', workers: async () => {}, invariants: [] };
  test.each<[string, Exports, string, string]>([
    ['nothing', {}, '', 'a.race.ts:1: it exports no scenario: export const name = scenario({ … })'],
    ['no scenario', { help: 1 }, '', 'a.race.ts:1: it exports no scenario (only help): export const'],
    [
      'two of one name',
      { one: named('x'), two: named('x') },
      "export const one = scenario({ name: 'x' });\nexport const two = scenario({ name: 'x' });\n",
      'a.race.ts:2: two scenarios are called "x" (one and two): give each a "name" of its own',
    ],
    [
      'a description',
      { good: named('x'), plain },
      '\n\nexport const plain = {};',
      'a.race.ts:3: plain is the description of a scenario, and no scenario: put scenario(…) around it',
    ],
    [
      'a lab that expects nothing',
      { default: { id: 'x', variants: [{ name: 'y', scenario: named('y') }] } },
      '//\nexport default {};',
      'a.race.ts:2: in the lab default, "y" expects neither',
    ],
  ])('%s is refused', async (_, exports, text, message) => {
    await put('a.race.ts', exports, text);
    expect(await refused('run', inProject())).toContain(message);
  });

  test('everything that is wrong is said at once, each in a line', async () => {
    await put('a.race.ts', {});
    await put('b.race.ts', new TypeError('x is not a function'));
    await put('c.race.ts', { good: named('good') });
    const { code, err, asked } = await cli('run', inProject());
    expect(code).toBe(2);
    expect(asked.explored).toEqual([]);
    expect(err.split('\n')).toEqual([
      expect.stringMatching(/^race-lab: a\.race\.ts:1: it exports no scenario/),
      expect.stringMatching(/^race-lab: .*TypeError: x is not a function$/),
      '',
    ]);
  });
});

describe('race-lab.config.ts', () => {
  const config = (given: unknown): Promise<void> => put('race-lab.config.ts', { default: given });

  test('says which files, and what goes for options that are not typed', async () => {
    await put('races/one.ts', { one: named('one') });
    await put('races/not.ts', { one: named('not') });
    await put('a.race.ts', new Error('not to be loaded'));
    await config({ files: ['races/*.ts', '!races/not.ts'], seconds: 7, seed: 3, redis: 'process' });
    const { asked, err } = await cli('run --seed 4', inProject());
    expect(err).toBe(
      'taking 1 scenario of 1 race file (races/*.ts, !races/not.ts, as race-lab.config.ts says)\n',
    );
    expect(
      asked.explored.map(({ scenario: { name }, options: { seconds, seed } }) => [name, seconds, seed]),
    ).toEqual([['one', 7, 4]]);
    expect(asked.server).toMatchObject({ redis: 'process' });
  });

  test.each([
    [{ file: ['x'] }, 'race-lab.config.ts has an unknown option "file": did you mean files?'],
    [{ seconds: 0 }, 'race-lab.config.ts: "seconds" is a number above 0, not 0'],
    [{ workers: 1.5 }, 'race-lab.config.ts: "workers" is a whole number from 1 to 64, not 1.5'],
    [
      { files: 'x' },
      `race-lab.config.ts: "files" is a list of patterns such as ['race/**/*.race.ts'], not 'x'`,
    ],
    [
      { redis: 'somewhere' },
      `"redis" is 'auto', 'container', 'process' or 'redis://host:port', not 'somewhere'`,
    ],
    [undefined, 'race-lab.config.ts exports no config: export default defineConfig({ … })'],
  ])('%j is refused', async (given, message) => {
    await config(given);
    expect(await refused('run', inProject())).toContain(message);
  });

  test('two of them are refused', async () => {
    await config({});
    await put('race-lab.config.js', {});
    expect(await refused('run', inProject())).toBe(
      'there are race-lab.config.ts and race-lab.config.js: keep one of them',
    );
  });
});
