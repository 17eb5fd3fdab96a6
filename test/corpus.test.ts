import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { RaceRecord } from '../harness/record/format.js';
import { FOLDER, PAGE_FILE, readKeptCorpus } from '../suites/corpus/kept.js';
import { median } from '../suites/corpus/median.js';
import { renderPage } from '../suites/corpus/page.js';
import { PAIRS } from '../suites/corpus/pairs.js';

const ROOT = new URL('../', import.meta.url);
const kept = readKeptCorpus();
const manifest = (path: string): Readonly<Record<string, string>> => {
  const { dependencies } = JSON.parse(readFileSync(new URL(path, ROOT), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return dependencies;
};

/** Executions in the middle that a bug may take to be found. */
const FOUND_WITHIN = 20;

test('the page should be what the data say', () => {
  expect(readFileSync(PAGE_FILE, 'utf8')).toBe(renderPage(kept, PAIRS));
});

test('every pair should have been measured, in the order of the table', () => {
  expect(kept.pairs.map(({ id }) => id)).toEqual(PAIRS.map(({ id }) => id));
});

test('what was not found should be larger than any number', () => {
  expect(median([3, null, 1])).toBe(3);
  expect(median([3, null, 1, 4])).toBe(3.5);
  expect(median([null, null, 1])).toBeNull();
  expect(median([7])).toBe(7);
});

describe.each(PAIRS)('$id', ({ id, file, buggy, fixed, client }) => {
  const { explored, record } = kept.pairs.find((one) => one.id === id)!;

  test('its packages should be installed in these versions', () => {
    const ours = manifest('suites/package.json');
    for (const { alias, package: name, version } of [
      buggy,
      fixed,
      ...(client === undefined ? [] : [client]),
    ]) {
      if (alias === undefined) expect(manifest('package.json')[name], name).toContain(version);
      else expect([version, `npm:${name}@${version}`], alias).toContain(ours[alias]);
    }
  });

  test('the lab should find the bug, and nothing without it', () => {
    expect(explored.buggy.verdict).toMatch(/^(breaks|hangs)$/);
    expect(explored.buggy.reproduced).toEqual({ times: 20, of: 20 });
    expect(explored.fixed).toMatchObject({ verdict: 'holds', complete: true });
    const { file: recorded } = JSON.parse(readFileSync(new URL(record!, FOLDER), 'utf8')) as RaceRecord;
    const hashOf = (path: string): string =>
      createHash('sha256')
        .update(readFileSync(new URL(path, ROOT), 'utf8'))
        .digest('hex');
    expect(recorded).toMatchObject({ path: file, sha256: hashOf(file) });
    for (const [path, sha256] of Object.entries(recorded!.imports ?? {}))
      expect(sha256, path).toBe(hashOf(path));
  });

  test('it should be found in few executions by what the lab does by default', () => {
    const { auto, rotate } = explored.buggy.found;
    for (const found of [auto, rotate]) expect(median(found) ?? Infinity).toBeLessThanOrEqual(FOUND_WITHIN);
  });
});
