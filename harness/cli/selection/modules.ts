/** Which modules of a project a file is made of. */
import { existsSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import type { BuildFailure } from 'esbuild';

/** An import may mean a file of another ending: TypeScript names what it will be compiled to. */
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.js', '.ts', '.tsx', '.jsx'],
  '.mjs': ['.mjs', '.mts'],
  '.cjs': ['.cjs', '.cts'],
};
const CODE = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.tsx', '.json'];

/**
 * A file and every module of the project that it imports, directly or not. Packages are not among them, nor what is imported
 * by a name that is put together when the code runs.
 *
 * @param file - absolute
 * @param before - what it was made of when it could be read last: kept where it cannot be read now
 * @returns absolute paths; also of modules that it imports and that are not there
 * @internal
 */
export async function modulesOf(
  file: string,
  cwd: string,
  before: ReadonlySet<string>,
): Promise<Set<string>> {
  const { build } = await import('esbuild');
  try {
    const { metafile } = await build({
      entryPoints: [file],
      absWorkingDir: cwd,
      bundle: true,
      write: false,
      metafile: true,
      outdir: 'never-written',
      platform: 'node',
      packages: 'external',
      format: 'esm',
      logLevel: 'silent',
      loader: { '.node': 'empty', '.lua': 'text', '.sql': 'text', '.wasm': 'empty' },
    });
    return new Set([file, ...Object.keys(metafile.inputs).map((path) => resolve(cwd, path))]);
  } catch (error) {
    return new Set([file, ...before, ...missing(error as Partial<BuildFailure>, cwd)]);
  }
}

/** What could not be found: where it is made, it counts as changed. */
function missing({ errors = [] }: Partial<BuildFailure>, cwd: string): string[] {
  return errors.flatMap(({ text, location }) => {
    const name = /^Could not resolve "(\.{1,2}\/[^"]*)"/.exec(text)?.[1];
    if (location === null) return [];
    const from = resolve(cwd, location.file);
    if (name === undefined) return existsSync(from) ? [from] : [];
    const path = resolve(dirname(from), name);
    const ending = extname(path);
    const endings = ENDINGS[ending];
    if (endings !== undefined)
      return [from, ...endings.map((other) => path.slice(0, -ending.length) + other)];
    return [from, path, ...CODE.map((other) => path + other)];
  });
}
