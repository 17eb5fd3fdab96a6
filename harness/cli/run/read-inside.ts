import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { shownPath } from '../selection/race-files.js';

/**
 * Reads a file of the project, and nothing outside of it: links are followed, but not out of the working directory.
 *
 * @param path - relative to the working directory
 * @returns undefined where it is not there, or elsewhere
 * @internal
 */
export function readInside(cwd: string, path: string): string | undefined {
  try {
    const real = realpathSync(join(cwd, path));
    return shownPath(realpathSync(cwd), real).startsWith('..') ? undefined : readFileSync(real, 'utf8');
  } catch {
    return undefined;
  }
}
