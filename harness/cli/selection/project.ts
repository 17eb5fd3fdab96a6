/** The project that the command line is called in: its config, and its race files. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listed } from '../../base/text.js';
import type { RaceLabConfig } from '../../project/config.js';
import { TOOL_NAME } from '../../record/tool.js';
import { UsageError } from '../context/errors.js';
import { nearestManifest } from '../context/nearest-manifest.js';
import { checkConfig } from './check-config.js';
import { describeImportError } from './import-error.js';
import type { Loading } from './own-lab.js';
import { findRaceFiles, patternOf, RACE_FILES, USUAL_PATTERN, type RaceFilePattern } from './race-files.js';

const CONFIG_FILES = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((ending) => `race-lab.config.${ending}`);

/** A project. @internal */
export interface Project {
  /** Its folder: the working directory. */
  readonly cwd: string;
  /** Name of the config, where there is one. */
  readonly configFile: string | undefined;
  readonly config: RaceLabConfig;
  readonly pattern: RaceFilePattern;
  /** Which files it says are race files, in words. */
  readonly patterns: string;
}

/**
 * Reads the config of the working directory, if there is one.
 *
 * @throws UsageError for two of them, and for one that cannot be loaded or says what it may not
 * @internal
 */
export async function openProject(loading: Loading): Promise<Project> {
  const { cwd } = loading;
  const there = CONFIG_FILES.filter((name) => existsSync(join(cwd, name)));
  if (there.length > 1) throw new UsageError(`there are ${listed(there)}: keep one of them`);
  const [configFile] = there;
  if (configFile === undefined)
    return { cwd, configFile, config: {}, pattern: USUAL_PATTERN, patterns: RACE_FILES };
  const config = checkConfig(await exportedBy(loading, join(cwd, configFile)), configFile);
  const { files } = config;
  if (files === undefined) return { cwd, configFile, config, pattern: USUAL_PATTERN, patterns: RACE_FILES };
  return { cwd, configFile, config, pattern: patternOf(files), patterns: files.join(', ') };
}

async function exportedBy({ cwd, importFile }: Loading, path: string): Promise<unknown> {
  try {
    const exports = await importFile(path);
    const given = exports['default'];
    // CommonJS that was compiled from ESM, seen from ESM.
    const isWrapped = typeof given === 'object' && given !== null && '__esModule' in given;
    return isWrapped && 'default' in given ? given.default : given;
  } catch (error) {
    throw new UsageError(describeImportError(error, path, cwd), { cause: error });
  }
}

/** Every race file of a project. @internal */
export function filesOf({ cwd, pattern }: Project): Promise<string[]> {
  return findRaceFiles(cwd, cwd, pattern);
}

/** Whether this is the lab itself, where everything means the lessons. @internal */
export function isTheLab(cwd: string): boolean {
  const manifest = nearestManifest(cwd);
  return manifest !== undefined && nameIn(manifest) === TOOL_NAME;
}

function nameIn(manifest: string): unknown {
  try {
    return (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: unknown } | null)?.name;
  } catch {
    return undefined;
  }
}
