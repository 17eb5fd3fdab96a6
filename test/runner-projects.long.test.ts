import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { RunnerProject } from './support/runner-project.js';

const BLOCK = /^```(?:ts|js)\n\/\/ (\S+), under (Vitest|Jest|node:test)\n(.*?)^```/gms;
const PASSED =
  'race-lab: "page views" holds: all 6 executions with no fault, nothing wrong; 3 workers, 3 commands, contested: views';

const project = new RunnerProject();
afterAll(() => project.remove());

const document = readFileSync(fileURLToPath(new URL('../docs/test-runners.md', import.meta.url)), 'utf8');
const snippets = Array.from(document.matchAll(BLOCK), ([, file, runner, code]) => ({
  file: file!,
  runner: runner!,
  code: code!,
}));

test('each runner should have an example', () => {
  expect(new Set(snippets.map(({ runner }) => runner))).toEqual(new Set(Object.keys(project.runners)));
});

describe('an example should run as it stands, say what was tried, and end by itself', () => {
  test.each(snippets)('$file under $runner', async ({ file, runner, code }) => {
    project.write(file, code);
    const { code: exitCode, text } = await project.runners[runner]!(file);
    expect(text).toContain(PASSED);
    expect(text).not.toMatch(/open handle|did not exit/);
    expect(exitCode, text).toBe(0);
  });
});

describe('what fails should be printed in full', () => {
  const modules = snippets.filter(({ file }) => !file.endsWith('.cjs'));
  test.each(modules)('$file under $runner', async ({ file, runner, code }) => {
    const right = "redis.incr('views')";
    expect(code).toContain(right);
    const lossy = `lossy-${file}`;
    project.write(
      lossy,
      code.replace(right, "redis.get('views').then((n) => redis.set('views', Number(n) + 1))"),
    );
    const { code: exitCode, text } = await project.runners[runner]!(lossy);
    expect(exitCode).toBe(1);
    expect(text).toContain(
      'expected "page views" to hold, but it breaks: no lost update: expected views = 2',
    );
    expect(text).toMatch(/✗ Lost update on views: w1 found nothing at step 1, w2 wrote 1/);
    expect(text).toMatch(new RegExp(`code {7}${lossy}\\n`));
    expect(text).toMatch(/reproduced 20\/20/);
  });
});
