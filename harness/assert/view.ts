import { closeSync, openSync } from 'node:fs';
import { WriteStream } from 'node:tty';
import { COLUMNS_MIN, type View } from '../report/text/layout.js';
import { wantsColour, widthGiven } from '../report/terminal/output.js';

/** Where nobody has a width: a log, a file. */
const COLUMNS_ELSEWHERE = 100;

/** Where a message will be read. @internal */
export interface Reader {
  /** Columns that the runner puts before each line of a message. */
  readonly indent: number;
  /** The runner writes to a terminal. */
  readonly isTerminal: boolean;
}

/**
 * How much room a message has, and whether it may use colours. A test runner starts processes for tests, which have no
 * terminal; the one at which somebody sits is the same all the same.
 *
 * @internal
 */
export function viewFor({ indent, isTerminal }: Reader, env: NodeJS.ProcessEnv = process.env): View {
  const columns =
    widthGiven(env['COLUMNS']) ??
    widthGiven(process.stdout.columns) ??
    widthGiven(process.stderr.columns) ??
    widthGiven(terminalColumns()) ??
    COLUMNS_ELSEWHERE + indent;
  return { columns: Math.max(COLUMNS_MIN, columns - indent), colour: wantsColour(isTerminal, env) };
}

/** Columns of the terminal that this process was started from; undefined where there is none. */
function terminalColumns(): number | undefined {
  if (process.platform === 'win32') return undefined;
  let file: number;
  try {
    file = openSync('/dev/tty', 'r+');
  } catch {
    return undefined;
  }
  try {
    const terminal = new WriteStream(file);
    const { columns } = terminal;
    // It closes the file.
    terminal.destroy();
    return columns;
  } catch {
    closeSync(file);
    return undefined;
  }
}
