import { sourcesOf } from '../../report/page/sources.js';
import type { MoveView } from '../view.js';

const LINES_AROUND = 4;

/** The code around the place where a worker stands. @internal */
export interface Excerpt {
  readonly file: string;
  readonly line: number;
  /** Number of its first line. */
  readonly first: number;
  readonly lines: readonly string[];
}

/** The code of each place that a move comes from, each once. @internal */
export function excerptsOf(
  moves: readonly Pick<MoveView, 'source'>[],
  read: (path: string) => string | undefined,
): Excerpt[] {
  const places = new Map(
    moves.flatMap(({ source }) =>
      source === null ? [] : [[`${source.file}:${source.line}`, source] as const],
    ),
  );
  const texts = sourcesOf(
    [...places.values()].map(({ file }) => file),
    read,
  );
  return [...places.values()].flatMap(({ file, line }) => {
    const lines = texts[file]?.split('\n');
    if (lines === undefined || line > lines.length) return [];
    const first = Math.max(1, line - LINES_AROUND);
    return [{ file, line, first, lines: lines.slice(first - 1, line + LINES_AROUND) }];
  });
}
