/** A race file as a lab: what works for labs works for it. */
import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import { copies, THIS_COPY } from '../../base/copies.js';
import { count } from '../../base/text.js';
import type { Lab } from '../../scenario/lab.js';
import { UsageError } from '../context/errors.js';
import { describeImportError } from './import-error.js';
import type { Exports } from '../context/context.js';
import { modulesOf } from './modules.js';
import { otherPackage } from './other-package.js';
import { isCode, shownPath } from './race-files.js';
import { variantsOf } from './scenarios-of.js';

/** A lab that is a file of somebody's own. Its id is the path of the file, as it is shown. @internal */
export interface OwnLab extends Lab {
  readonly file: {
    /** Absolute. */
    readonly path: string;
    /** Of what was in it when it was loaded. */
    readonly sha256: string;
    /** The same of each module of the project that it imports, by its path as it is shown. */
    readonly imports: Readonly<Record<string, string>>;
  };
}

/** Whether it comes from a file of somebody's own. @internal */
export function isOwn(lab: Lab): lab is OwnLab {
  return 'file' in lab;
}

/** What files are loaded with. @internal */
export interface Loading {
  /** The working directory, which is the project. */
  readonly cwd: string;
  /** Imports a file. @param path - absolute */
  readonly importFile: (path: string) => Promise<Exports>;
}

/**
 * Loads a race file.
 *
 * @param path - absolute
 * @throws UsageError with the place and what is wrong
 * @internal
 */
export async function loadOwn(loading: Loading, path: string): Promise<OwnLab> {
  return (await loadWithExports(loading, path)).lab;
}

/** The same, and all that it exports. @internal */
export async function loadWithExports(
  { cwd, importFile }: Loading,
  path: string,
): Promise<{ readonly lab: OwnLab; readonly exports: Exports }> {
  const name = shownPath(cwd, path);
  const text = await textOf(path, name);
  const other = await otherPackage(path);
  if (other !== undefined) throw new UsageError(`${name}: ${other}`);
  const exports = await imported({ cwd, importFile }, path);
  const another = copies().find((copy) => copy !== THIS_COPY);
  if (another !== undefined)
    throw new UsageError(
      `${name}: it loads a second copy of redis-race-lab (${another.url}), which knows nothing of this one (${THIS_COPY.url}): import it as 'redis-race-lab', and install it once`,
    );
  const variants = variantsOf(exports, { name, text });
  const lab = {
    id: name,
    title: count(variants.length, 'scenario'),
    variants,
    file: { path, sha256: hashOf(text), imports: await importsOf(path, cwd) },
  };
  return { lab, exports };
}

/** Names of imports in a record: nobody would read more, and it is to stay small. @internal */
export const IMPORTS_MAX = 500;

async function importsOf(path: string, cwd: string): Promise<Record<string, string>> {
  const imports: Record<string, string> = {};
  const modules = await modulesOf(path, cwd, new Set());
  modules.delete(path);
  for (const one of [...modules].sort().slice(0, IMPORTS_MAX)) {
    const text = await readFile(one, 'utf8').catch(() => undefined);
    if (text !== undefined) imports[shownPath(cwd, one)] = hashOf(text);
  }
  return imports;
}

/** What a file exports, and its text. @param path - absolute @throws UsageError with the place and what is wrong @internal */
export async function loadCode(
  loading: Loading,
  path: string,
): Promise<{ readonly text: string; readonly exports: Exports }> {
  const text = await textOf(path, shownPath(loading.cwd, path));
  return { text, exports: await imported(loading, path) };
}

async function imported({ cwd, importFile }: Loading, path: string): Promise<Exports> {
  try {
    return await importFile(path);
  } catch (error) {
    throw new UsageError(describeImportError(error, path, cwd), { cause: error });
  }
}

/** Of the text of a source. @internal */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function textOf(path: string, name: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) throw new UsageError(`there is no file ${name}`);
  if (!isCode(path)) throw new UsageError(`${name} is neither TypeScript nor JavaScript`);
  try {
    return await readFile(await realpath(path), 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${name}: ${(error as Error).message}`, { cause: error });
  }
}
