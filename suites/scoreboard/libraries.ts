/** What the scoreboard says of a library beside what was measured. */
import { readFileSync } from 'node:fs';
import { BOARDS, type Board } from './kept.js';

/** A published library, in one version. */
export interface Library {
  /** Name of the adapter: what its file exports. */
  readonly name: string;
  /** The file, seen from this project. */
  readonly file: string;
  /** As it is called on npm. */
  readonly package: string;
  readonly version: string;
  /** What of it was used, with which client. */
  readonly used: string;
  /** What it promises, in a sentence. */
  readonly promise: string;
  /** Where it says so. */
  readonly link: string;
  /** Why it fails, by its source: one for each hazard that fails. */
  readonly because: Readonly<Record<string, string>>;
  /** What is found but is not to be blamed on it, by hazard, and why: nobody can tell then. */
  readonly notItsOwn?: Readonly<Record<string, string>>;
}

/** Every library, in the order of the table. */
export const LIBRARIES = JSON.parse(
  readFileSync(new URL('../libraries.json', import.meta.url), 'utf8'),
) as readonly Library[];

/** The scoreboard on which a library is: that of the folder of its adapter. */
export function boardOf({ file }: Library): Board {
  return BOARDS.find((board) => file.startsWith(`suites/${board}/`))!;
}
