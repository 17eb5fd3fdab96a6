/** What the browser gets, made from the sources beside this file: no part of what Node runs. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

let script: string | undefined;

/** The script of the page, in one piece. @internal */
export function pageScript(): string {
  script ??= bundled(new URL('client/main.js', import.meta.url));
  return script;
}

/**
 * What a browser runs, in one piece. It is there already where the project was built: to load what makes it, and to make it,
 * takes longer than all else that a small run does at its end.
 *
 * @param entry - the file that it begins with
 * @internal
 */
export function bundled(entry: URL): string {
  const made = new URL('bundle.js', entry);
  if (existsSync(made)) return readFileSync(made, 'utf8');
  const { buildSync } = createRequire(import.meta.url)('esbuild') as typeof import('esbuild');
  return buildSync({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    logLevel: 'silent',
  }).outputFiles[0]!.text;
}

/** How the page looks. @internal */
export function pageStyle(): string {
  return readFileSync(new URL('page.css', import.meta.url), 'utf8');
}
