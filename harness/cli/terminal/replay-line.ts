import { join, relative } from 'node:path';
import { shellWord } from '../../report/text/shell-word.js';

/** A command line that replays a record, ready to be pasted into a shell in the current folder. @internal */
export function replayLine(invocation: string, ...path: readonly string[]): string {
  return `${invocation} replay ${shellWord(nearPath(join(...path)))}`;
}

/** A command line that runs a schedule that was shared. @internal */
export function sharedLine(invocation: string, shared: string): string {
  return `${invocation} replay ${shellWord(shared)}`;
}

/** The same for one cell, where the file holds fault maps. @internal */
export function replayCellLine(invocation: string, path: string, cell: string | undefined): string {
  const line = replayLine(invocation, path);
  return cell === undefined ? line : `${line} --cell ${shellWord(cell)}`;
}

/** An absolute path, shortened when it lies below the current folder. @internal */
export function nearPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near === '' || near.startsWith('..') ? path : near;
}
