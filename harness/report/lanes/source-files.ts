import type { RecordStep } from '../../record/format.js';
import { count } from '../../base/text.js';
import { placeOf } from '../text/recorded-step.js';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** The files that steps come from, in the order of the steps. @internal */
export function filesOf(steps: readonly RecordStep[]): string[] {
  const files = steps.flatMap(({ source }) => (source === undefined ? [] : [placeOf(source).file]));
  return [...new Set(files)];
}

/** `:14`, or `b:14` for the second of several files; empty where nobody knows. @internal */
export function sourceCell({ source }: RecordStep, files: readonly string[]): string {
  if (source === undefined) return '';
  const { file, line } = placeOf(source);
  return `${letterOf(files, file)}:${line}`;
}

/** A letter that stands for a file in the table, where names would take the place of commands. */
function letterOf(files: readonly string[], file: string): string {
  return files.length === 1 ? '' : (LETTERS[files.slice(0, LETTERS.length).indexOf(file)] ?? '…');
}

/** The files that a table comes from, each with the letter that stands for it. @internal */
export function fileList({ files }: { readonly files: readonly string[] }): string[] {
  const named = files.slice(0, LETTERS.length);
  const more = files.length - named.length;
  return [
    ...named.map((file) => (files.length === 1 ? file : `${letterOf(files, file)}  ${file}`)),
    ...(more === 0 ? [] : [`…  ${count(more, 'more file')}`]),
  ];
}
