import { writeFileSync } from 'node:fs';
import { PAGE_FILE, readKeptCorpus } from './kept.js';
import { renderPage } from './page.js';
import { PAIRS } from './pairs.js';

/** Writes the page anew of what is kept: part of it comes from the scoreboard, so whoever changes that calls it, too. */
export function writeCorpusPage(): void {
  writeFileSync(PAGE_FILE, renderPage(readKeptCorpus(), PAIRS));
}
