import type { WriteStream } from 'node:tty';
import { forTerminal } from '../../base/text.js';

/** One of the two streams that a command writes to. @internal */
export interface Output {
  write(text: string): void;
  /** Columns available. */
  readonly columns: number;
  readonly colour: boolean;
  /** A line can be written over. */
  readonly rewritable: boolean;
}

/** The part of a Node stream that is needed; a file and a pipe have no columns. */
type Stream = Pick<WriteStream, 'write' | 'on'> & Partial<Pick<WriteStream, 'columns' | 'isTTY'>>;

/** For logs and files, where nobody has a width: enough for a table, and still readable. */
const COLUMNS_ELSEWHERE = 120;

/**
 * Wraps a stream of the process. When the reader goes away (`| head`), what is still written is dropped without a
 * word: that is not an error of ours.
 *
 * @param fallback - a stream that may know the width when this one does not, as when output goes through a pager
 * @param failed - called when output is lost for any other reason, such as a full disk
 * @internal
 */
export function outputOf(
  stream: Stream,
  fallback: Stream,
  env: NodeJS.ProcessEnv,
  failed: (error: Error) => void,
): Output {
  let gone = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    const first = !gone;
    gone = true;
    if (first && error.code !== 'EPIPE' && error.code !== 'EIO') failed(error);
  });
  const colour = wantsColour(stream.isTTY === true, env);
  const rewritable = stream.isTTY === true && env['TERM'] !== 'dumb';
  return {
    write: (text) => {
      if (!gone) stream.write(forTerminal(text, { colour, rewritable }));
    },
    get columns() {
      return (
        widthGiven(env['COLUMNS']) ??
        widthGiven(stream.columns) ??
        widthGiven(fallback.columns) ??
        COLUMNS_ELSEWHERE
      );
    },
    colour,
    rewritable,
  };
}

/** A width that somebody gives; a pseudo-terminal that nobody gave a size says 0. @internal */
export function widthGiven(columns: string | number | undefined): number | undefined {
  const number = Number(columns);
  return Number.isInteger(number) && number > 0 ? number : undefined;
}

/** https://no-color.org, then FORCE_COLOR, else colour on a terminal that has some. @internal */
export function wantsColour(isTerminal: boolean, env: NodeJS.ProcessEnv): boolean {
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  return isTerminal && env['TERM'] !== 'dumb';
}
