import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Explored } from '../suites/corpus/explored.js';
import { readKeptCorpus } from '../suites/corpus/kept.js';
import { PAIRS, ROOT } from '../suites/corpus/pairs.js';

const missing = existsSync(join(ROOT, 'suites/node_modules'))
  ? ''
  : 'the packages of suites/ are not installed: npm ci --prefix suites';

describe('bugs that shipped should be found as the corpus says', () => {
  test.for(PAIRS)('$id', ({ id }, { skip }) => {
    skip(missing !== '', missing);
    const program = ['--import', 'tsx', join('suites', 'corpus', 'main.ts'), '--print', id];
    const { stdout, stderr } = spawnSync(process.execPath, program, { cwd: ROOT, encoding: 'utf8' });
    expect(stdout, stderr).toMatch(/^\{/);
    const { explored } = JSON.parse(stdout) as { readonly explored: Explored };
    expect(explored).toEqual(readKeptCorpus().pairs.find((pair) => pair.id === id)!.explored);
  });
});
