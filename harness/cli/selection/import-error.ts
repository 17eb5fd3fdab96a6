/** What is wrong with somebody's own file, as one line with the place. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { firstOwnFrame } from '../../base/caller-source.js';
import { harmless } from '../../base/text.js';
import { shownPath } from './race-files.js';

/** `path:line:column: ERROR: what` of esbuild, which tsx compiles with. */
const COMPILER = /^(.+?):(\d+):(\d+): (?:ERROR|error): (.*)$/m;
/** Node puts the place of a syntax error before the stack. */
const SYNTAX = /^(file:\/\/\S+|\/[^\n]+|[A-Za-z]:[^\n]+):(\d+)\n/;
/** Who wanted a module that is not there. */
const IMPORTED_FROM = /imported from (\S.*?)(?:\n|$)|^Require stack:\n- (.*)$/m;
/** What helps against an await at the top level of CommonJS. */
const AS_MODULE = ' (name the file .mts or .mjs, or put "type": "module" into package.json)';

/**
 * What went wrong when a file was loaded: `race/stock.race.ts:5:3: TypeError: …`.
 *
 * @param path - the file, absolute
 * @param folder - what paths are shown relative to
 * @internal
 */
export function describeImportError(error: unknown, path: string, folder: string): string {
  const place = (file: string, ...numbers: readonly string[]): string =>
    [shownPath(folder, file.startsWith('file:') ? fileURLToPath(file) : file), ...numbers].join(':');
  if (!(error instanceof Error)) return `${place(path)}: it threw ${harmless(String(error))}`;
  const { message, stack = '' } = error;
  const compiled = COMPILER.exec(message);
  if (compiled !== null) {
    const [, file, line, column, what] = compiled;
    // Columns of the compiler begin with 0, those of stacks with 1.
    const at = place(file!, line!, String(Number(column) + 1));
    return `${at}: ${what}${what!.startsWith('Top-level await') ? AS_MODULE : ''}`;
  }
  const [first = ''] = message.split('\n');
  const said = /^(?:Error|ScenarioError)$/.test(error.name) ? first : `${error.name}: ${first}`;
  const syntax = SYNTAX.exec(stack) ?? (error.name === 'SyntaxError' ? checkedByNode(path) : null);
  if (syntax !== null) return `${place(syntax[1]!, syntax[2]!)}: ${said}`;
  const wanted = /^Cannot find (?:module|package) '(.+?)'/.exec(message)?.[1];
  if (wanted !== undefined) {
    const from = IMPORTED_FROM.exec(message);
    const file = from?.[1] ?? from?.[2] ?? path;
    return `${place(file, ...lineOf(file, wanted))}: there is no "${shownModule(wanted, folder)}"`;
  }
  const frame = firstOwnFrame(stack);
  return frame === undefined ? `${place(path)}: ${said}` : `${framePlace(frame, folder)}: ${said}`;
}

/** Where Node does not say it when it imports a file, it does when it is asked to check it. */
function checkedByNode(path: string): RegExpExecArray | null {
  if (!/\.[cm]?js$/.test(path)) return null;
  return SYNTAX.exec(spawnSync(process.execPath, ['--check', path], { encoding: 'utf8' }).stderr);
}

/** Frames are relative to the working directory. */
function framePlace(frame: string, folder: string): string {
  const [, file = '', numbers = ''] = /^(.*?)(:\d+:\d+)$/.exec(frame) ?? [];
  return `${shownPath(folder, file)}${numbers}`;
}

/** Node names a file that is not there by its whole path. */
function shownModule(name: string, folder: string): string {
  return name.startsWith('/') ? shownPath(folder, name) : name;
}

/** The line of a file on which a module is imported by its name, or by the end of it. */
function lineOf(file: string, name: string): string[] {
  try {
    const last = name.split(/[\\/]/).at(-1)!;
    const lines = readFileSync(file.startsWith('file:') ? fileURLToPath(file) : file, 'utf8').split('\n');
    const at = lines.findIndex((line) => /\b(?:import|from|require)\b/.test(line) && line.includes(last));
    return at < 0 ? [] : [String(at + 1)];
  } catch {
    return [];
  }
}
