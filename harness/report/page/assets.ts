/** What the browser gets, made from the sources beside this file: no part of what Node runs. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

let script: string | undefined;

/** The script of the page, in one piece. @internal */
export function pageScript(): string {
  script ??= bundled(new URL('client/main.js', import.meta.url));
  return script;
}

/** What a browser runs, in one piece. @param entry - the file that it begins with @internal */
export function bundled(entry: URL): string {
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
