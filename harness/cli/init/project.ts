/** What `race-lab init` has to know of a project. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TOOL_NAME } from '../../record/tool.js';
import { UsageError } from '../context/errors.js';
import { nearestManifest } from '../context/nearest-manifest.js';

/** What runs the tests of a project. @internal */
export type TestRunner = 'vitest' | 'jest' | 'node';

/** A project into which something is put. @internal */
export interface FoundProject {
  /** The text of its `package.json`. */
  readonly manifest: string;
  readonly scripts: Readonly<Record<string, unknown>>;
  /** Its files are ES modules unless their names say otherwise. */
  readonly isModule: boolean;
  readonly hasTypeScript: boolean;
  readonly runner: TestRunner;
  /** The lab is among what it depends on. */
  readonly hasLab: boolean;
}

/**
 * Looks at a project.
 *
 * @param cwd - its folder
 * @throws UsageError where there is no package.json, or one that nobody can read
 * @internal
 */
export function lookAt(cwd: string): FoundProject {
  const path = join(cwd, 'package.json');
  if (!existsSync(path)) throw new UsageError(`there is no package.json in ${cwd}: ${whereElse(cwd)}`);
  const manifest = readFileSync(path, 'utf8');
  const parsed = parse(manifest, path);
  const scripts = objectIn(parsed, 'scripts');
  const uses = new Set(
    ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'].flatMap((kind) =>
      Object.keys(objectIn(parsed, kind)),
    ),
  );
  return {
    manifest,
    scripts,
    isModule: parsed['type'] === 'module',
    hasTypeScript: uses.has('typescript') || existsSync(join(cwd, 'tsconfig.json')),
    runner: runnerOf(cwd, uses, scripts),
    hasLab: uses.has(TOOL_NAME),
  };
}

function parse(manifest: string, path: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(manifest.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(`${path} is not JSON: put that right first`, { cause: error });
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
    return parsed as Record<string, unknown>;
  throw new UsageError(`${path} holds no object: put that right first`);
}

function objectIn(parsed: Record<string, unknown>, name: string): Record<string, unknown> {
  const found = parsed[name];
  return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : {};
}

/** Somebody may be in a folder below that of the project. */
function whereElse(cwd: string): string {
  const manifest = nearestManifest(cwd);
  if (manifest === undefined) return 'make a project with npm init -y first';
  return `go to ${dirname(manifest)} first, or make a project with npm init -y`;
}

/** Vitest before Jest: where a project has both, it is on its way from the one to the other. */
function runnerOf(
  cwd: string,
  uses: ReadonlySet<string>,
  scripts: Readonly<Record<string, unknown>>,
): TestRunner {
  const { test } = scripts;
  const script = typeof test === 'string' ? test : '';
  const configs = readdirSync(cwd).join('\n');
  if (uses.has('vitest') || /\bvitest\b/.test(script) || /^vitest\.config\./m.test(configs)) return 'vitest';
  if (uses.has('jest') || /\bjest\b/.test(script) || /^jest\.config\./m.test(configs)) return 'jest';
  return 'node';
}
