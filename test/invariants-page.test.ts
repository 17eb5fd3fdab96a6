import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as library from '../harness/index.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The examples of the page, each a scenario with what comes of it. */
const EXAMPLES = Array.from(
  readFileSync(join(ROOT, 'docs', 'invariants.md'), 'utf8').matchAll(/^```ts\n(.*?)^```/gms),
  ([, code]) => {
    const [, name, kind] = /^const (\w+) = scenario\(.*^\}\); \/\/ (\w+)/ms.exec(code!) ?? [];
    return { code: code!, name, kind };
  },
);

/** Inside of the project, so that its dependencies are found. */
let folder: string;
let session: library.Session;
beforeAll(async () => {
  folder = mkdtempSync(join(ROOT, 'test', '.page-'));
  session = await library.openSession();
});
afterAll(() => {
  session.close();
  rmSync(folder, { recursive: true });
});

test('every example is a scenario that says what comes of it', () => {
  expect(EXAMPLES.length).toBeGreaterThan(4);
  expect(EXAMPLES.filter(({ name }) => name === undefined)).toEqual([]);
});

test.each(EXAMPLES)('$name: $kind', async ({ code, name, kind }) => {
  const used = Object.keys(library).filter((one) => new RegExp(`\\b${one}\\(`).test(code));
  const file = join(folder, `${name}.ts`);
  const from = "from '../../harness/index.js'";
  writeFileSync(
    file,
    `import { ${used.join(', ')} } ${from};\nimport type { WorkerContext } ${from};\n${code}\nexport { ${name} as example };\n`,
  );
  const { example } = (await import(pathToFileURL(file).href)) as { example: library.Scenario };
  const verdict = await library.explore(example, { session });
  expect(verdict.kind, verdict.message).toBe(kind);
});
