import { readFileSync, realpathSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';

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
    const inside = relative(realpathSync(cwd), real);
    return inside.startsWith('..') || isAbsolute(inside) ? undefined : readFileSync(real, 'utf8');
  } catch {
    return undefined;
  }
}
