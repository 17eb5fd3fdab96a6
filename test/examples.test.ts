import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { sourcesIn } from './support/imports.js';
import { ENTRIES } from './support/public-api.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** A comment with an example, and the name of what it belongs to. */
const DOCUMENTED =
  /\/\*\*\n((?: \*.*\n)+?) \*\/\nexport (?:declare )?(?:async )?(?:function|class|const) (\w+)/g;
const EXAMPLE = / \* @example\n \* ```ts\n((?: \*.*\n)*?) \* ```\n/;
/** A public function, as a report of the public surface shows it. */
const PUBLIC_FUNCTION = /^export (?:async )?function (\w+)/gm;

interface Example {
  readonly name: string;
  readonly code: string;
  /** Name of its own: several entries may have a function of one name. */
  readonly file: string;
}

function documentedIn(file: string): { readonly name: string; readonly comment: string }[] {
  return Array.from(readFileSync(join(ROOT, file), 'utf8').matchAll(DOCUMENTED), ([, comment, name]) => ({
    name: name!,
    comment: comment!,
  }));
}

const documented = sourcesIn(ROOT, ['harness']).flatMap(documentedIn);
const examples = documented.flatMap(({ name, comment }, nth): Example[] => {
  const found = EXAMPLE.exec(comment)?.[1];
  return found === undefined
    ? []
    : [{ name, code: found.replaceAll(/^ \* ?/gm, ''), file: `${name}-${nth}.ts` }];
});

/** Inside of the project, so that its dependencies are found. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(ROOT, 'test', '.examples-'));
  const withLibrary = (code: string): string =>
    Object.entries(ENTRIES).reduce(
      (text, [entry, file]) => text.replace(`'${entry}'`, `'../../harness/${file}.js'`),
      code,
    );
  for (const { file, code } of examples)
    writeFileSync(join(folder, file), `${withLibrary(code)}\nexport {};\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('every public function should have an example', () => {
  const reports = Object.values(ENTRIES).map((file) =>
    readFileSync(join(ROOT, 'docs', 'api', `${file.replace('/index', '')}.api.md`), 'utf8'),
  );
  const functions = reports.flatMap((text) =>
    Array.from(text.matchAll(PUBLIC_FUNCTION), ([, name]) => name!),
  );
  expect(functions.length).toBeGreaterThan(20);
  const shown = new Set(examples.map(({ name }) => name));
  expect(functions.filter((name) => !shown.has(name))).toEqual([]);
});

test('the examples should compile', () => {
  const config = {
    extends: '../../tsconfig.json',
    compilerOptions: { noUnusedLocals: false },
    include: ['*.ts'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  execFileSync(join(ROOT, 'node_modules', '.bin', 'tsc'), ['--noEmit', '-p', folder], { cwd: ROOT });
});

describe('an example should run, and print what it says', () => {
  test.each(examples)('$name', async ({ file, code }) => {
    const printed: string[] = [];
    const print = vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
      printed.push(
        values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(' '),
      );
    });
    try {
      await import(pathToFileURL(join(folder, file)).href);
    } finally {
      print.mockRestore();
    }
    const said = Array.from(code.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm), ([, text]) => text!);
    for (const text of said.filter((one) => /^[\w" ]+$/.test(one) && !/^(for example|says)/.test(one)))
      expect(printed).toContain(text);
  });
});
