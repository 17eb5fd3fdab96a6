import { renderDiff } from '../../report/print/diff.js';
import { readRecord } from '../../record/read.js';
import type { CliContext } from '../context/context.js';
import { EXIT } from '../context/errors.js';

/** Options of `race-lab diff`. @internal */
export interface DiffFlags {
  /** Also the equal steps. */
  readonly all?: boolean;
}

/** Shows where two records differ. @returns 0 when they are the same, 1 when not @internal */
export async function diff(
  context: CliContext,
  first: string,
  second: string,
  { all = false }: DiffFlags,
): Promise<number> {
  const a = { name: first, record: await readRecord(first) };
  const b = { name: second, record: await readRecord(second) };
  const { columns, colour } = context.out;
  const { text, same } = renderDiff(a, b, { columns, colour, all });
  context.out.write(`${text}\n`);
  return same ? EXIT.asExpected : EXIT.notAsExpected;
}
