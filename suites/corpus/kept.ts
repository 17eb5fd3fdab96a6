/** The corpus as it is kept: what was measured of each pair, and when and on what. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Explored } from './explored.js';
import type { Plain } from './plain/tried.js';

/** What a pair came to. */
export interface Measured {
  /** That of the pair. */
  readonly id: string;
  /** What the lab found: the same each time. */
  readonly explored: Explored;
  /** Its record, beside this file; null where there is none. */
  readonly record: string | null;
  /** What something else found: another thing each time. */
  readonly plain: Plain;
  /** The day. */
  readonly measuredOn: string;
  /** The Redis, in words. */
  readonly server: string;
  /** Version of Node. */
  readonly node: string;
}

/** What all came to. */
export interface KeptCorpus {
  readonly format: 1;
  readonly pairs: readonly Measured[];
}

/** Where everything is kept. */
export const FOLDER = new URL('../../reports/corpus/', import.meta.url);
/** What all came to, as data. */
export const KEPT_FILE = fileURLToPath(new URL('corpus.json', FOLDER));
/** What all came to, to be read. */
export const PAGE_FILE = fileURLToPath(new URL('corpus.md', FOLDER));

/** What is kept; nothing where there is no such file. */
export function readKeptCorpus(): KeptCorpus {
  if (!existsSync(KEPT_FILE)) return { format: 1, pairs: [] };
  return JSON.parse(readFileSync(KEPT_FILE, 'utf8')) as KeptCorpus;
}
