import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readKeptScoreboard } from '../suites/scoreboard/kept.js';
import { boardOf, LIBRARIES } from '../suites/scoreboard/libraries.js';
import { measure } from '../suites/scoreboard/measure.js';
import { areSuitesInstalled } from './support/installed-suites.js';

/** Two that differ in what they fail: all of them take too long for a test. */
const NAMES = ['redlock4', 'redlock5'];

const missing = areSuitesInstalled()
  ? ''
  : 'the packages of suites/ are not installed: npm ci --prefix suites';

describe('published libraries should come to what the scoreboard says', () => {
  test.for(NAMES)('%s', async (name, { skip }) => {
    skip(missing !== '', missing);
    const folder = mkdtempSync(join(tmpdir(), 'race-lab-scoreboard-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const library = LIBRARIES.find((one) => one.name === name)!;
    const { suite } = await measure(library, folder);
    const kept = readKeptScoreboard(boardOf(library))!.suites.find((one) => one.name === name)!;
    const outcomes = ({ results }: typeof kept): object =>
      Object.fromEntries(results.map(({ hazard, outcome, invariant }) => [hazard, { outcome, invariant }]));
    expect(outcomes(suite)).toMatchObject(outcomes(kept));
  });
});
