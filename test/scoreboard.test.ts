import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseBaseline } from '../harness/suite/scoreboard/baseline.js';
import { FOLDER, KEPT_FILE, PAGE_FILE, readKeptScoreboard } from '../suites/scoreboard/kept.js';
import { LIBRARIES } from '../suites/scoreboard/libraries.js';
import { renderPage } from '../suites/scoreboard/page.js';

const ROOT = new URL('../', import.meta.url);
const kept = readKeptScoreboard()!;
const versions = (
  JSON.parse(readFileSync(new URL('suites/package.json', ROOT), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  }
).dependencies;
const lock = readFileSync(new URL('suites/package-lock.json', ROOT), 'utf8');

test('the page should be what the data say', () => {
  expect(readFileSync(PAGE_FILE, 'utf8')).toBe(renderPage(kept, LIBRARIES));
});

test('the data should serve as a baseline', () => {
  const baseline = parseBaseline(readFileSync(KEPT_FILE, 'utf8'), KEPT_FILE);
  expect([...baseline.keys()]).toEqual(kept.suites.map(({ name }) => name));
});

test('where packages come from should not be said by the lock file', () => {
  expect(lock).not.toContain('"resolved"');
});

describe.each(LIBRARIES)('$name', (library) => {
  test('its version should be the one that is installed', () => {
    const wanted = [library.version, `npm:${library.package}@${library.version}`];
    expect(Object.values(versions).some((version) => wanted.includes(version))).toBe(true);
  });

  test('its adapter should have under 15 lines', () => {
    const lines = readFileSync(new URL(library.file, ROOT), 'utf8').split('\n');
    expect(lines.filter((line) => line.trim() !== '').length).toBeLessThan(15);
  });

  const measured = kept.suites.find(({ name }) => name === library.name);
  const failed = (measured?.results ?? []).filter(({ outcome }) => outcome === 'fail');

  test('each of its failures should have a record, and a cause in its source', () => {
    for (const { hazard, record } of failed) {
      expect(existsSync(fileURLToPath(new URL(record!, FOLDER))), `${hazard}: ${record}`).toBe(true);
      expect(library.because[hazard], hazard).toBeDefined();
    }
  });

  test('nothing should be said of a hazard that it does not fail', () => {
    const hazards = failed.map(({ hazard }) => hazard);
    expect(Object.keys(library.because).filter((hazard) => !hazards.includes(hazard))).toEqual([]);
  });
});
