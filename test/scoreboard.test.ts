import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  badgeFile,
  BOARDS,
  FOLDER,
  keptFile,
  pageFile,
  readKeptScoreboard,
} from '../suites/scoreboard/kept.js';
import { boardOf, LIBRARIES } from '../suites/scoreboard/libraries.js';
import { renderPage } from '../suites/scoreboard/page.js';

const ROOT = new URL('../', import.meta.url);
const versions = (
  JSON.parse(readFileSync(new URL('suites/package.json', ROOT), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  }
).dependencies;
const lock = readFileSync(new URL('suites/package-lock.json', ROOT), 'utf8');

describe.each(BOARDS.filter((board) => existsSync(keptFile(board))))('%s', (board) => {
  const kept = readKeptScoreboard(board)!;

  test('the page should be what the data say', () => {
    expect(readFileSync(pageFile(board), 'utf8')).toBe(renderPage(board, kept, LIBRARIES));
  });
});

test('where packages come from should not be said by the lock file', () => {
  expect(lock).not.toContain('"resolved"');
});

describe.each(LIBRARIES)('$name', (library) => {
  test('its version should be the one that is installed', () => {
    const installed =
      versions[library.package] === library.version ||
      Object.values(versions).includes(`npm:${library.package}@${library.version}`);
    expect(installed).toBe(true);
  });

  test('its adapter should have under 25 lines', () => {
    const lines = readFileSync(new URL(library.file, ROOT), 'utf8').split('\n');
    expect(lines.filter((line) => line.trim() !== '').length).toBeLessThan(25);
  });

  const measured = readKeptScoreboard(boardOf(library))?.suites.find(({ name }) => name === library.name);
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

  test('it should have a badge where it was measured', () => {
    expect(existsSync(badgeFile(library.name))).toBe(measured !== undefined);
  });
});
