import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ON_A_PROCESS, spawned } from '../harness/cli/testing/spawned.js';
import { freshImport } from '../harness/scenario/fresh/fresh-import.js';

/** A helper that remembers in three places what it has seen: as ESM, as CommonJS, and in what that requires. */
const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "type": "module" }',
  'memo.js': `
    import { createRequire } from 'node:module';
    import { seen } from './seen.js';
    import counted from './counted.cjs';
    export const remember = async (redis) => {
      const first = seen.size === 0 && counted() === 1;
      seen.add('lamp');
      if (first) await redis.get('lamp');
      await redis.incr('asked');
    };`,
  'seen.js': 'export const seen = new Set();',
  'counted.cjs': "const state = require('./state.cjs'); module.exports = () => (state.count += 1);",
  'state.cjs': 'exports.count = 0;',
  'memo.race.js': `
    import { freshImport, scenario } from 'redis-race-lab';
    const racing = (name, start) => scenario({
      name,
      app: { addresses: ['redis://localhost:6379'], start },
      workers: ({ redis, app }) => app.remember(redis),
      invariants: [],
    });
    export const fresh = racing('fresh', () => freshImport('./memo.js', import.meta.url));
    export const kept = racing('kept', () => import('./memo.js'));
    export const lazy = scenario({
      name: 'lazy',
      workers: async ({ redis, id }) => {
        await import('./seen.js?' + id);
        await redis.incr('asked');
      },
      invariants: [],
    });`,
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'race-lab-fresh-'));
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, name), text);
});
afterAll(() => rm(folder, { recursive: true }));

/** What one of these scenarios came to. */
async function run(name: string): Promise<Record<string, unknown>> {
  const args = ['run', `memo.race.js:${name}`, '--redis', 'process', '--json'];
  const { out, err } = await spawned(args, { cwd: folder, env: ON_A_PROCESS });
  expect(err).not.toContain('error');
  const [result] = (JSON.parse(out) as { results: Record<string, unknown>[] }).results;
  return result!;
}

describe('freshImport', () => {
  test('begins each execution with modules that remember nothing, of whichever kind', async () => {
    expect(await run('fresh')).toMatchObject({
      verdict: 'holds',
      complete: true,
      raced: { commands: { least: 3, most: 3 } },
    });
  });

  test('is what makes the difference: by `import()` they remember the first execution', async () => {
    expect(await run('kept')).toMatchObject({ verdict: 'holds', raced: { commands: { least: 2, most: 2 } } });
  });

  test('says what it takes', async () => {
    await expect(freshImport('', import.meta.url)).rejects.toThrow("takes the name of a module, not ''");
    await expect(freshImport('./memo.js', 'here')).rejects.toThrow('takes the file from which it is found');
    expect(await freshImport('node:path', import.meta.url)).toHaveProperty('join');
  });
});

test('a worker that imports lazily is waited for, by the loader of the command line', async () => {
  expect(await run('lazy')).toMatchObject({ verdict: 'holds', complete: true, executions: 2 });
});
