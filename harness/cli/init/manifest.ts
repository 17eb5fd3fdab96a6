/** How a script comes into `package.json`. */
import type { NewScript } from './templates.js';

/** Two spaces, as npm writes it, where nothing is to be seen. */
const USUAL_INDENT = '  ';

/**
 * Adds scripts, written as npm would: with the indentation, the line ends and the end of file that are there.
 *
 * @param manifest - text of a `package.json` that can be read
 * @returns the new text
 * @internal
 */
export function withScripts(manifest: string, scripts: readonly NewScript[]): string {
  const [mark = ''] = /^\uFEFF?/.exec(manifest) ?? [];
  const parsed = JSON.parse(manifest.slice(mark.length)) as Record<string, unknown>;
  const added = Object.fromEntries(scripts.map(({ name, command }) => [name, command]));
  // One that is there stays in its place.
  const whole = { ...parsed, scripts: { ...(parsed['scripts'] as object | undefined), ...added } };
  const indent = /^[^\n]*\{\r?\n([ \t]+)"/.exec(manifest)?.[1] ?? USUAL_INDENT;
  const end = /\r?\n$/.exec(manifest)?.[0] ?? '';
  const text = JSON.stringify(whole, undefined, indent);
  return mark + (manifest.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text) + end;
}
