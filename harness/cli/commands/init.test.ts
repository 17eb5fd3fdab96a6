import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { useCommandLine } from '../testing/command-line.js';

const { cli } = useCommandLine();

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'race-lab-init-'));
  vi.spyOn(process, 'cwd').mockReturnValue(folder);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

type Manifest = Readonly<Record<string, unknown>>;

async function project(manifest: Manifest, files: Readonly<Record<string, string>> = {}): Promise<void> {
  await put('package.json', `${JSON.stringify(manifest, undefined, 2)}\n`);
  for (const [path, text] of Object.entries(files)) await put(path, text);
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

const text = (path: string): Promise<string> => readFile(join(folder, path), 'utf8');
const manifest = async (): Promise<Manifest> => JSON.parse(await text('package.json')) as Manifest;
const files = async (): Promise<string[]> => (await readdir(folder, { recursive: true })).sort();

test('an empty project: what is put there, and what to do next', async () => {
  await project({ name: 'shop', scripts: { test: 'exit 1' }, devDependencies: { 'redis-race-lab': '*' } });
  const { code, out, err } = await cli('init');
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatchInlineSnapshot(`
    "put race/first.race.mjs  a scenario: two customers and one stock counter
    put race/first.test.mjs  a test of it, for node:test
    put script "race"        race-lab run
    put script "race:test"   node --test race/first.test.mjs

    next:
      npx race-lab run   shows the race; race/first.race.mjs says how to mend it
      npm run race:test  race/first.test.mjs: the same as a test
    "
  `);
  expect(await text('race/first.race.mjs')).toMatchInlineSnapshot(`
    "// A first scenario, with a race in it. It runs on a real Redis, and shows the order of commands that breaks it:
    //   npx race-lab run race/first.race.mjs
    // race/first.test.mjs says the same as a test.
    import { invariant, scenario } from 'redis-race-lab';

    export const stock = scenario({
      name: 'stock',
      setup: async ({ redis }) => {
        await redis.set('stock', '10');
      },
      // Two customers, and each of them buys one piece.
      workerCount: 2,
      workers: async ({ redis }) => {
        const left = Number(await redis.get('stock'));
        await redis.set('stock', String(left - 1));
        // To mend it, let Redis do both in one step: delete the two lines above, and take this one instead.
        // await redis.decr('stock');
      },
      invariants: [
        invariant('every sale counts', async ({ redis }) => {
          const left = await redis.get('stock');
          return left === '8' ? undefined : { expected: 'stock = 8', observed: \`stock = \${left}\` };
        }),
      ],
    });
    "
  `);
  expect(await text('race/first.test.mjs')).toMatchInlineSnapshot(`
    "import { test } from 'node:test';
    import { explore } from 'redis-race-lab';
    import { assertBreaks } from 'redis-race-lab/node-test';
    import { stock } from './first.race.mjs';

    test('every sale counts', async (t) => {
      // It breaks on purpose. Once the scenario is mended, this is assertHolds(…, t).
      assertBreaks(await explore(stock, { signal: t.signal }), 'every sale counts');
    });
    "
  `);
  expect(await manifest()).toEqual({
    name: 'shop',
    scripts: { test: 'exit 1', race: 'race-lab run', 'race:test': 'node --test race/first.test.mjs' },
    devDependencies: { 'redis-race-lab': '*' },
  });
});

describe('what a project is', () => {
  test.each<[what: string, manifest: Manifest, expected: readonly string[]]>([
    ['CommonJS, node:test', {}, ['first.race.mjs', 'first.test.mjs', 'node --test race/first.test.mjs']],
    [
      'ESM, node:test',
      { type: 'module' },
      ['first.race.js', 'first.test.js', 'node --test race/first.test.js'],
    ],
    [
      'ESM, TypeScript, vitest',
      { type: 'module', devDependencies: { typescript: '5', vitest: '4', jest: '30' } },
      ['first.race.ts', 'first.test.ts', 'vitest run race/first.test.ts'],
    ],
    [
      'CommonJS, TypeScript, node:test',
      { devDependencies: { typescript: '5' } },
      ['first.race.mts', 'first.test.mts', 'node --import tsx --test race/first.test.mts'],
    ],
    [
      'TypeScript, Jest',
      { type: 'module', dependencies: { typescript: '5' }, scripts: { test: 'jest --ci' } },
      [
        'first.jest.mjs',
        'first.race.mjs',
        'node --experimental-vm-modules node_modules/jest/bin/jest.js --testMatch "**/race/first.jest.mjs"',
      ],
    ],
  ])('%s', async (_, given, [first, second, command]) => {
    await project(given);
    expect((await cli('init')).code).toBe(0);
    expect((await readdir(join(folder, 'race'))).sort()).toEqual([first, second]);
    const { scripts } = (await manifest()) as { scripts: Record<string, string> };
    expect(scripts['race:test']).toBe(command);
    const testFile = [first!, second!].find((name) => !name.includes('.race.'))!;
    const imported = /from '(\.\/first\.race\.\w+)'/.exec(await text(`race/${testFile}`))![1]!;
    expect(`./${[first!, second!].find((name) => name.includes('.race.'))!}`.replace(/ts$/, 'js')).toBe(
      imported,
    );
  });
});

test('what is there stays, and is said', async () => {
  await project(
    { name: 'shop', scripts: { race: 'echo \u001B[31mmine' } },
    { 'race/first.race.ts': 'mine', 'race/other.race.ts': 'mine too' },
  );
  const { code, out } = await cli('init');
  expect(code).toBe(0);
  expect(out).toMatchInlineSnapshot(`
    "left race/first.race.ts       it is there already
    left out race/first.test.mjs  and script "race:test": they are for another
                                  scenario
    left script "race"            echo \\x1b[31mmine

    next:
      npm install -D redis-race-lab  the files import it
      npx race-lab run               runs what is there
    "
  `);
  expect(await text('race/first.race.ts')).toBe('mine');
  expect((await manifest())['scripts']).toEqual({ race: 'echo \u001B[31mmine' });
  const before = [await files(), await text('package.json')];
  const again = await cli('init');
  expect(again.code).toBe(0);
  expect(again.out).not.toMatch(/^put /m);
  expect([await files(), await text('package.json')]).toEqual(before);
});

test('what it put there itself is there the second time', async () => {
  await project({ name: 'shop' });
  await cli('init');
  await rm(join(folder, 'race/first.test.mjs'));
  expect((await cli('init')).out).toMatch(/^left race\/first\.race\.mjs .*\nput race\/first\.test\.mjs /);
});

test('package.json stays as it was written: indentation, line ends, its end', async () => {
  await put(
    'package.json',
    '\uFEFF{\r\n\t"name": "shop",\r\n\t"scripts": {\r\n\t\t"a": "b"\r\n\t},\r\n\t"z": 1\r\n}',
  );
  await cli('init');
  expect(await text('package.json')).toBe(
    '\uFEFF{\r\n\t"name": "shop",\r\n\t"scripts": {\r\n\t\t"a": "b",\r\n\t\t"race": "race-lab run",\r\n\t\t"race:test": "node --test race/first.test.mjs"\r\n\t},\r\n\t"z": 1\r\n}',
  );
});

test('--dry-run says the same, and does nothing', async () => {
  await project({ name: 'shop' });
  const before = [await files(), await text('package.json')];
  const { code, out } = await cli('init --dry-run');
  expect(code).toBe(0);
  expect(out).toMatch(/^would put race\/first\.race\.mjs/);
  expect(out).toContain('nothing was done');
  expect([await files(), await text('package.json')]).toEqual(before);
});

test("names a client of the project's own that is made when it is loaded", async () => {
  await project(
    { name: 'shop' },
    {
      'src/service.js': "import Redis from 'ioredis';\nexport function make() {\n  return new Redis();\n}\n",
      'src/redis.js':
        "const Redis = require('ioredis');\n\nconst client = new Redis(6390);\nmodule.exports = client;\n",
      'node_modules/ioredis/x.js': "'ioredis'\nconst a = new Redis();\n",
    },
  );
  expect((await cli('init')).out.replaceAll(/\s+/g, ' ')).toContain(
    'src/redis.js:3 makes a client when it is loaded. ',
  );
});

describe('no project', () => {
  test.each([
    [
      'nothing',
      undefined,
      /^race-lab: there is no package\.json in \S+: make a project with npm init -y first\n$/,
    ],
    ['no JSON', '{', /^race-lab: \S+package\.json is not JSON: put that right first\n$/],
    ['a list', '[]', /^race-lab: \S+package\.json holds no object: put that right first\n$/],
  ])('%s: one line, exit code 2', async (_, given, message) => {
    if (given !== undefined) await put('package.json', given);
    const { code, out, err } = await cli('init');
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
    expect(await files()).toEqual(given === undefined ? [] : ['package.json']);
  });

  test('in a folder below one: says where it is', async () => {
    await project({ name: 'shop' });
    await mkdir(join(folder, 'src'));
    vi.spyOn(process, 'cwd').mockReturnValue(join(folder, 'src'));
    expect((await cli('init')).err).toContain(
      `: go to ${folder} first, or make a project with npm init -y\n`,
    );
  });
});
