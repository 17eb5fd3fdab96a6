import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Explored } from '../suites/corpus/explored.js';
import { readKeptCorpus } from '../suites/corpus/kept.js';
import { PAIRS } from '../suites/corpus/pairs.js';
import { ROOT } from '../suites/root.js';
import { areSuitesInstalled } from './support/installed-suites.js';

const missing = areSuitesInstalled()
  ? ''
  : 'the packages of suites/ are not installed: npm ci --prefix suites';

describe('bugs that shipped should be found as the corpus says', () => {
  test.for(PAIRS)('$id', async ({ id }, { skip }) => {
    skip(missing !== '', missing);
    const program = ['--import', 'tsx', join('suites', 'corpus', 'main.ts'), '--print', id];
    const { stdout } = await promisify(execFile)(process.execPath, program, { cwd: ROOT });
    const { explored } = JSON.parse(stdout.trim().split('\n').at(-1)!) as { readonly explored: Explored };
    expect(explored).toEqual(readKeptCorpus().pairs.find((pair) => pair.id === id)!.explored);
  });
});
