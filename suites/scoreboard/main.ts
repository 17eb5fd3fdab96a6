/**
 * Makes the kept scoreboards anew: of every library, or of those that are named. What was measured of others before stays.
 *
 *   npm run scoreboard
 *   npm run scoreboard -- redlock5 mutex
 *   npm run scoreboard -- --page            writes only pages and badges again, after a change of libraries.json
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderBadge } from '../../harness/suite/scoreboard/badge.js';
import {
  badgeFile,
  BOARDS,
  FOLDER,
  keptFile,
  pageFile,
  readKeptScoreboard,
  type Board,
  type KeptScoreboard,
} from './kept.js';
import { writeCorpusPage } from '../corpus/write-page.js';
import { boardOf, LIBRARIES, type Library } from './libraries.js';
import { keepFailures, measure } from './measure.js';
import { renderPage } from './page.js';

const words = process.argv.slice(2);
const unknown = words.find((word) => word !== '--page' && !LIBRARIES.some(({ name }) => name === word));
if (unknown !== undefined) {
  const known = LIBRARIES.map(({ name }) => name).join(', ');
  console.error(`scoreboard: there is no library "${unknown}"; there are ${known}`);
  process.exitCode = 2;
} else if (words.includes('--page')) {
  for (const board of BOARDS) {
    const kept = readKeptScoreboard(board);
    if (kept !== undefined) write(board, kept);
  }
} else await make(words.length === 0 ? LIBRARIES : LIBRARIES.filter(({ name }) => words.includes(name)));

/** After each library everything is written: what was measured is kept whatever becomes of the next one. */
async function make(libraries: readonly Library[]): Promise<void> {
  for (const library of libraries) {
    console.log(`scoreboard: ${library.package} ${library.version} (${library.name})`);
    const board = boardOf(library);
    const folder = mkdtempSync(join(tmpdir(), 'race-lab-scoreboard-'));
    try {
      const came = await measure(library, folder);
      const measured = await keepFailures(library, came);
      const { tool, redis, format } = came;
      const others = (readKeptScoreboard(board)?.suites ?? []).filter(({ name }) => name !== library.name);
      write(board, { format, tool, redis, suites: inOrder([...others, measured]) });
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

function inOrder(suites: KeptScoreboard['suites']): KeptScoreboard['suites'] {
  const place = (name: string): number => LIBRARIES.findIndex((library) => library.name === name);
  return suites.filter(({ name }) => place(name) >= 0).toSorted((a, b) => place(a.name) - place(b.name));
}

function write(board: Board, kept: KeptScoreboard): void {
  mkdirSync(new URL('badges/', FOLDER), { recursive: true });
  writeFileSync(keptFile(board), `${JSON.stringify(kept, undefined, 2)}\n`);
  writeFileSync(pageFile(board), renderPage(board, kept, LIBRARIES));
  for (const suite of kept.suites) {
    const fails = suite.results.some(({ outcome }) => outcome === 'fail');
    writeFileSync(badgeFile(suite.name), renderBadge([suite], fails));
  }
  writeCorpusPage();
}
