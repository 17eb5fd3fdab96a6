/** The scoreboards as they are kept: as `race-lab suite FILE --json` prints one, with when and on what each part was measured. */
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

/** There is a scoreboard for each folder of adapters. */
export const BOARDS = ['locks', 'caches', 'limiters'] as const;
/** One of them. */
export type Board = (typeof BOARDS)[number];

/** Where everything is kept. */
export const FOLDER = new URL('../../reports/scoreboard/', import.meta.url);

/** What all of a scoreboard came to, as data. */
export function keptFile(board: Board): string {
  return fileURLToPath(new URL(`${board}.json`, FOLDER));
}

/** What all of a scoreboard came to, to be read. */
export function pageFile(board: Board): string {
  return fileURLToPath(new URL(`${board}.md`, FOLDER));
}

/** How many hazards a library passes, as a picture. */
export function badgeFile(name: string): string {
  return fileURLToPath(new URL(`badges/${name}.svg`, FOLDER));
}

/** What is kept; undefined where nothing is. */
export function readKeptScoreboard(board: Board): KeptScoreboard | undefined {
  const file = keptFile(board);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as KeptScoreboard) : undefined;
}
