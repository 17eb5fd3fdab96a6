/**
 * Makes the kept scoreboard anew: of every library, or of those that are named. What was measured of others before stays.
 *
 *   npm run scoreboard
 *   npm run scoreboard -- redlock5 mutex
 *   npm run scoreboard -- --page            writes only the page again, after a change of libraries.json
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FOLDER, KEPT_FILE, PAGE_FILE, readKeptScoreboard, type KeptScoreboard } from './kept.js';
import { LIBRARIES, type Library } from './libraries.js';
import { keepFailures, measure } from './measure.js';
import { renderPage } from './page.js';

const words = process.argv.slice(2);
const unknown = words.find((word) => word !== '--page' && !LIBRARIES.some(({ name }) => name === word));
if (unknown !== undefined) {
  const known = LIBRARIES.map(({ name }) => name).join(', ');
  console.error(`scoreboard: there is no library "${unknown}"; there are ${known}`);
  process.exitCode = 2;
} else if (words.includes('--page')) {
  const kept = readKeptScoreboard();
  if (kept === undefined) throw new Error(`there is no ${KEPT_FILE} yet: npm run scoreboard`);
  write(kept);
} else await make(words.length === 0 ? LIBRARIES : LIBRARIES.filter(({ name }) => words.includes(name)));

/** After each library everything is written: what was measured is kept whatever becomes of the next one. */
async function make(libraries: readonly Library[]): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  for (const library of libraries) {
    console.log(`scoreboard: ${library.package} ${library.version} (${library.name})`);
    const folder = mkdtempSync(join(tmpdir(), 'race-lab-scoreboard-'));
    try {
      const came = await measure(library, folder);
      const measured = await keepFailures(library, came);
      const { tool, redis, format } = came;
      const others = (readKeptScoreboard()?.suites ?? []).filter(({ name }) => name !== library.name);
      write({ format, tool, redis, suites: inOrder([...others, measured]) });
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

function inOrder(suites: KeptScoreboard['suites']): KeptScoreboard['suites'] {
  const place = (name: string): number => LIBRARIES.findIndex((library) => library.name === name);
  return suites.filter(({ name }) => place(name) >= 0).toSorted((a, b) => place(a.name) - place(b.name));
}

function write(kept: KeptScoreboard): void {
  writeFileSync(KEPT_FILE, `${JSON.stringify(kept, undefined, 2)}\n`);
  writeFileSync(PAGE_FILE, renderPage(kept, LIBRARIES));
}
