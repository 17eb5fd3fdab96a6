import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** One file of the project that another one names. */
export interface Import {
  readonly from: string;
  readonly to: string;
  readonly line: number;
}

const SOURCE = /\.(?:ts|mjs)$/;
const NOT_SHIPPED = /\.test\.ts$|\/testing\//;
/** `import … from '…'`, `export … from '…'`, `import '…'`, `import('…')`, also of types. */
const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)'(\.[^']*)'/g;

/** The sources of the lab in some folders; no tests, nor what only tests use. @returns paths from `root`, sorted */
export function sourcesIn(root: string, folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
        join(folder, name),
      ),
    )
    .filter((file) => SOURCE.test(file) && !NOT_SHIPPED.test(file))
    .sort();
}

/** What a source imports from the project itself, types included. */
export function importsOf(root: string, file: string): Import[] {
  return importsIn(file, readFileSync(join(root, file), 'utf8'));
}

/** The same for a text. */
export function importsIn(file: string, text: string): Import[] {
  return Array.from(text.matchAll(IMPORT), ({ 1: target, index }) => ({
    from: file,
    to: normalize(join(dirname(file), target!)).replace(/\.js$/, '.ts'),
    line: text.slice(0, index).split('\n').length,
  }));
}
