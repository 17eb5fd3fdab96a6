import { Walk } from '../../report/lanes/walked.js';
import type { CliContext } from '../context/context.js';
import { EXIT, UsageError } from '../context/errors.js';
import { readInside } from '../../report/page/read-inside.js';
import type { Chosen } from '../actions/cell.js';

const KEYS = 'Enter next · b back · a number goes there · e end · q quit';

const PROMPT = '> ';

/**
 * Walks through a record on a terminal, back and forth.
 *
 * @returns the exit code
 * @throws UsageError where there is no terminal, or no record
 * @internal
 */
export async function walkThrough(
  { out, cwd, askLine, signal }: CliContext,
  file: string,
  chosen: Chosen,
): Promise<number> {
  if (chosen.kind !== 'record')
    throw new UsageError(`${file} is no record of a finding: only that has steps to walk through`);
  if (askLine === undefined)
    throw new UsageError('--step asks for keys, and this is no terminal: leave it out to see all steps');
  const walk = new Walk(chosen.record, out, (path) => readInside(cwd, path));
  if (walk.length === 0) throw new UsageError(`${file} has no steps to walk through: leave out --step`);
  out.write(`${[...walk.title(), KEYS].join('\n')}\n`);
  for (let at: number | undefined = 1; at !== undefined;) {
    out.write(`${walk.step(at).join('\n')}\n`);
    const typed = (await askLine(PROMPT))?.trim();
    at = typed === undefined || signal.aborted ? undefined : target(typed, at, walk.length);
  }
  return EXIT.asExpected;
}

/** Where what was typed leads: Enter behind the last step ends the walk. */
function target(typed: string, at: number, last: number): number | undefined {
  const within = (n: number): number => Math.max(1, Math.min(last, n));
  if (typed === 'q' || (typed === '' && at === last)) return undefined;
  if (typed === '' || typed === 'n') return within(at + 1);
  if (typed === 'b') return within(at - 1);
  if (typed === 'e') return last;
  return /^\d{1,7}$/.test(typed) ? within(Number(typed)) : at;
}
