import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
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
    expect(existsSync(new URL(file, ROOT))).toBe(true);
    expect(existsSync(new URL(record!, FOLDER))).toBe(true);
  });

  test('it should be found in few executions', () => {
    for (const found of Object.values(explored.buggy.found))
      expect(median(found) ?? Infinity).toBeLessThanOrEqual(FOUND_WITHIN);
  });
});
