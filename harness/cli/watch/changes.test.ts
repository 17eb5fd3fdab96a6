import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Changes } from './changes.js';
import { modulesOf } from '../selection/modules.js';

let folder: string;
let changes: Changes;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'race-lab-changes-'));
  changes = new Changes();
});
afterEach(async () => {
  changes.close();
  await rm(folder, { recursive: true });
});
const put = (path: string, text: string): Promise<void> => writeFile(join(folder, path), text);

test('a file has changed when it holds something else, however it was saved', async () => {
  const file = join(folder, 'a.ts');
  await put('a.ts', 'one');
  changes.take([file]);
  await utimes(file, 1, 1);
  expect(changes.changed()).toEqual([]);
  await put('a.ts', 'two');
  await changes.heard();
  expect(changes.changed()).toEqual([file]);
  changes.take([file]);
  await put('b.ts', 'three');
  await rename(join(folder, 'b.ts'), file);
  await changes.heard();
  expect(changes.changed()).toEqual([file]);
});

test('a file that is not there changes when it comes, its folder with it', async () => {
  const file = join(folder, 'deep', 'er', 'a.ts');
  changes.take([file]);
  await mkdir(join(folder, 'deep', 'er'), { recursive: true });
  await changes.heard();
  changes.take([file]);
  await put('deep/er/a.ts', 'one');
  await changes.heard();
  expect(changes.changed()).toEqual([file]);
  changes.take([file]);
  await rm(join(folder, 'deep'), { recursive: true });
  await changes.heard();
  expect(changes.changed()).toEqual([file]);
});

test('a file is made of what it imports in the project, whatever its ending', async () => {
  await put(
    'a.race.ts',
    "import './b.js';\nimport 'ioredis';\nexport const c: number = 1;\nawait import('./d.json');\n",
  );
  await put('b.ts', "import * as e from './e.cjs';\nexport const b = e;\n");
  await put('e.cjs', "module.exports = require('./f');\n");
  await put('f.js', '');
  await put('d.json', '{}');
  const modules = await modulesOf(join(folder, 'a.race.ts'), folder, new Set());
  const names = (found: ReadonlySet<string>): string[] =>
    [...found].map((path) => path.slice(folder.length + 1)).sort();
  expect(names(modules)).toEqual(['a.race.ts', 'b.ts', 'd.json', 'e.cjs', 'f.js']);

  // In the middle of an edit nothing is forgotten, and what is still to be written is waited for.
  await put('b.ts', "import { x } from './new.js';\nimport {");
  expect(names(await modulesOf(join(folder, 'a.race.ts'), folder, modules))).toEqual(names(modules));
  await put('b.ts', "import './new.js';\n");
  const waited = names(await modulesOf(join(folder, 'a.race.ts'), folder, new Set()));
  expect(waited).toEqual(expect.arrayContaining(['a.race.ts', 'b.ts', 'new.js', 'new.ts']));
});

test('half of a file is not looked at: what counts is what is there once nothing more comes', async () => {
  const file = join(folder, 'a.ts');
  await put('a.ts', 'one');
  changes.take([file]);
  await put('a.ts', '');
  const settled = changes.settled();
  // In one go with the question, so that no time passes in between.
  writeFileSync(file, 'one');
  expect(await settled).toEqual([]);
  await put('a.ts', 'two');
  expect(await changes.settled()).toEqual([file]);
});
