import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiReference } from './support/api-reference.js';
import { apiReport, ENTRIES, type ApiReport } from './support/public-api.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MAIN = 'redis-race-lab';

/** Inside of the project, so that its dependencies are found. */
let declarations: string;
let reports: ReadonlyMap<string, ApiReport>;
beforeAll(() => {
  declarations = mkdtempSync(join(ROOT, 'test', '.declarations-'));
  const options = ['--emitDeclarationOnly', '--sourceMap', 'false', '--inlineSources', 'false'];
  const compiler = join(ROOT, 'node_modules', '.bin', 'tsc');
  execFileSync(compiler, ['-p', 'tsconfig.build.json', ...options, '--outDir', declarations], { cwd: ROOT });
  reports = new Map(
    Object.entries(ENTRIES).map(([entry, file]) => [entry, apiReport(ROOT, declarations, file)]),
  );
});
afterAll(() => rmSync(declarations, { recursive: true }));

/** Names that an entry exports. */
function namesIn({ text }: ApiReport): string[] {
  return Array.from(
    text.matchAll(/^export (?:declare )?(?:abstract )?(?:class|const|function|interface|type) (\w+)/gm),
    ([, name]) => name!,
  );
}

/** The names of types that an entry shows and does not export. */
function hiddenIn({ warnings }: ApiReport): string[] {
  return warnings.flatMap((text) => /^\(ae-forgotten-export\) The symbol "(\w+)"/.exec(text)?.[1] ?? []);
}

test('a strict project should compile with the clients that it has', () => {
  const folder = join(declarations, 'consumers');
  mkdirSync(folder);
  const code = readFileSync(join(ROOT, 'test', 'consumers', 'other-clients.ts'), 'utf8');
  writeFileSync(join(folder, 'other-clients.ts'), code.replaceAll('../../harness/', '../harness/'));
  const config = { extends: '../../../tsconfig.json', include: ['*.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const run = (): unknown =>
    execFileSync(join(ROOT, 'node_modules', '.bin', 'tsc'), ['--noEmit', '-p', folder], { encoding: 'utf8' });
  expect(run).not.toThrow();
});

describe.each(Object.entries(ENTRIES))('%s', (entry, file) => {
  test('should have the public surface that docs/api says', async () => {
    const name = file.replace('/index', '');
    await expect(reports.get(entry)!.text).toMatchFileSnapshot(`../docs/api/${name}.api.md`);
  });

  test('should show no type that nobody can import', () => {
    const importable = namesIn(reports.get(MAIN)!);
    expect(hiddenIn(reports.get(entry)!).filter((name) => !importable.includes(name))).toEqual([]);
  });

  test('should say of everything that it is public, and nothing else be wrong', () => {
    const others = reports.get(entry)!.warnings.filter((text) => !text.startsWith('(ae-forgotten-export)'));
    expect(others).toEqual([]);
  });
});

test('the reference for people should be what the sources say', async () => {
  const models = Array.from(
    reports,
    ([entry, { model }]) =>
      [
        entry,
        { model, page: entry === MAIN ? 'index' : entry.slice(MAIN.length + 1).replace('/', '-') },
      ] as const,
  );
  for (const [name, text] of apiReference(new Map(models)))
    await expect(text).toMatchFileSnapshot(`../docs/api/${name}`);
});
