/** The scoreboard as it is kept: one that `race-lab suite FILE --baseline` reads, with when and on what each part was measured. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Scoreboard } from '../../harness/suite/scoreboard/data.js';

/** What one library came to. */
export type Measured = Scoreboard['suites'][number] & {
  /** The day. */
  readonly measuredOn: string;
  /** The Redis, in words. */
  readonly server: string;
  /** Version of Node. */
  readonly node: string;
};

/** What all came to. */
export type KeptScoreboard = Omit<Scoreboard, 'suites'> & { readonly suites: readonly Measured[] };

/** Where everything is kept. */
export const FOLDER = new URL('../../reports/scoreboard/', import.meta.url);
/** What all came to, as data. */
export const KEPT_FILE = fileURLToPath(new URL('locks.json', FOLDER));
/** What all came to, to be read. */
export const PAGE_FILE = fileURLToPath(new URL('locks.md', FOLDER));

/** What is kept; undefined where nothing is. */
export function readKeptScoreboard(): KeptScoreboard | undefined {
  return existsSync(KEPT_FILE) ? (JSON.parse(readFileSync(KEPT_FILE, 'utf8')) as KeptScoreboard) : undefined;
}
