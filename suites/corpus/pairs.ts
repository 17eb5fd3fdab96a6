/** What is said of a pair beside what was measured: which packages, and where somebody reported it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importFile } from '../../harness/cli/selection/import-file.js';
import { loadOwn } from '../../harness/cli/selection/own-lab.js';
import { variantIdentity } from '../../harness/cli/selection/select.js';
import type { VariantName } from '../../harness/record/build.js';
import type { Scenario } from '../../harness/scenario/types.js';
import { ROOT } from '../root.js';

/** A published package, in one version. */
export interface Package {
  /** As it is called in `suites/package.json`; left out for what the lab has itself. */
  readonly alias?: string;
  /** As it is called on npm. */
  readonly package: string;
  readonly version: string;
}

/** A bug that was published, and the version without it. */
export interface Pair {
  /** Stable: gaps mean nothing. */
  readonly id: string;
  /** The race file, seen from this project. */
  readonly file: string;
  readonly buggy: Package;
  readonly fixed: Package;
  /** What it speaks to Redis with; left out where that is what the pair is about. */
  readonly client?: Package;
  /** Where somebody reported or mended it. */
  readonly source: { readonly title: string; readonly link: string };
  /** What goes wrong, by its source. */
  readonly what: string;
  /** The version without the bug is explored with so many preemptions at most; left out: with any number, where that ends. */
  readonly preemptions?: number;
  /** Executions at most in each exploration; left out: 5000. Fewer where each takes long. */
  readonly runs?: number;
  /** What else is to be known of how it was run. */
  readonly note?: string;
}

/** Every pair, in the order of the table. */
export const PAIRS = JSON.parse(
  readFileSync(new URL('pairs.json', import.meta.url), 'utf8'),
) as readonly Pair[];

/** A version of a pair, and what its record says of where it stands. */
export interface Version {
  readonly scenario: Scenario;
  readonly title: string;
  readonly identity: VariantName;
}

/** Both versions of a pair, as its race file exports them. @throws Error where a package is not there in this version */
export async function versionsOf({
  file,
  buggy,
  fixed,
  client,
}: Pair): Promise<{ readonly buggy: Version; readonly fixed: Version }> {
  for (const one of [buggy, fixed, ...(client === undefined ? [] : [client])]) checkInstalled(one);
  const lab = await loadOwn({ cwd: ROOT, importFile }, join(ROOT, file));
  const version = (name: string): Version => {
    const variant = lab.variants.find((one) => one.name === name);
    if (variant === undefined) throw new Error(`${file} has no variant "${name}"`);
    return { ...variant, identity: variantIdentity({ lab, variant }) };
  };
  return { buggy: version('buggy'), fixed: version('fixed') };
}

function checkInstalled({ alias, package: name, version }: Package): void {
  const folder =
    alias === undefined ? join(ROOT, 'node_modules', name) : join(ROOT, 'suites/node_modules', alias);
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) throw new Error(`${name} ${version} is not installed: npm ci --prefix suites`);
  const found = (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
  // Some have a letter before the number.
  if (found.replace(/^v/, '') !== version)
    throw new Error(`${folder} is ${name} ${found}, and the corpus is about ${version}`);
}
