import { afterAll, describe, expect, test } from 'vitest';
import { RunnerProject } from './support/runner-project.js';

const project = new RunnerProject();
afterAll(() => project.remove());

/** More executions than anybody could wait for. */
const ENDLESS = `
import { explore, scenario } from 'redis-race-lab';
const endless = scenario({
  name: 'endless',
  workerCount: 5,
  workers: async ({ redis }) => {
    for (let n = 0; n < 8; n++) await redis.incr('c');
  },
  invariants: [],
});
`;

/** Vitest and Jest, which have the same matchers and the same ways to say how long a test may take. */
function limited(imports: string): string {
  return `${imports}${ENDLESS}
test('ends before its test', async () => {
  expect(await explore(endless)).toHold();
}, 20_000);

let left;
test('does not wait', () => {
  left = explore(endless);
});

test('goes on nowhere behind its test', async () => {
  expect((await left).message).toMatch(/^stopped after /);
});
`;
}

const IMPORTS: Readonly<Record<string, string>> = {
  Vitest: `import { expect, test } from 'vitest';\nimport 'redis-race-lab/vitest';`,
  Jest: `import { expect, test } from '@jest/globals';\nimport 'redis-race-lab/jest';`,
};

describe.each(Object.keys(IMPORTS))('%s', (runner) => {
  test('should get what is known before a test ends, and nothing should go on behind it', async () => {
    const file = `limited.test.js`;
    project.write(file, limited(IMPORTS[runner]!));
    const { code, text } = await project.runners[runner]!(file);
    expect(code).toBe(1);
    expect(text).toMatch(
      /expected "endless" to hold, but it is incomplete: .*; it ended because the 20 s that this test may take were nearly over/,
    );
    expect(text).toMatch(/1 failed(?: \||,) 2 passed/);
  });

  test('should get what is known before a test ends, also where nothing of this package but `explore` is imported', async () => {
    const file = 'plain.test.js';
    const [runnersOwn] = IMPORTS[runner]!.split('\n');
    project.write(
      file,
      `${runnersOwn}${ENDLESS}
test('as its runner has it', async () => {
  const { kind, message } = await explore(endless);
  expect(kind + ': ' + message).toBe('holds');
});
`,
    );
    const { code, text } = await project.runners[runner]!(file);
    expect(code).toBe(1);
    expect(text).toMatch(
      /incomplete: .* the 5 s that this test may take were nearly over \(more: testTimeout/,
    );
  });

  test('should never have less time than the project gives', async () => {
    const file = 'given.test.js';
    project.write(
      file,
      `${IMPORTS[runner]!}${ENDLESS}
test('as given', async () => {
  expect(await explore(endless)).toHold();
});
`,
    );
    const { text } = await project.runners[runner]!(file, { testTimeout: 20_000 });
    expect(text).toContain('the 20 s that this test may take were nearly over');
  });
});

test('node:test should stop an exploration with its test', async () => {
  project.write(
    'stopped.test.mjs',
    `import assert from 'node:assert';
import { test } from 'node:test';
${ENDLESS}
let left;
test('is given up', { timeout: 1000 }, async (t) => {
  left = explore(endless, { signal: t.signal });
  await left.then(() => new Promise((resolve) => setTimeout(resolve, 60_000).unref()));
});
test('goes on nowhere behind its test', async () => {
  assert.match((await left).message, /^stopped after /);
});
`,
  );
  const { text } = await project.runners['node:test']!('stopped.test.mjs');
  expect(text).toMatch(/timed out after 1000ms/);
  expect(text).toMatch(/pass 1\b/);
});
