import type { DiffFlags } from '../actions/diff.js';
import type { Register } from './registry.js';

const DIFF_EXIT_CODES = 'Exit codes: 0 the same, 1 different, 2 a record cannot be read.';

/** Registers `race-lab diff`. @internal */
export const registerDiff: Register = ({ command, context, finish }) => {
  command(
    'diff <A> <B>',
    'Compare two records: where their steps, replies or verdicts first differ, side by side.',
    ['diff reports/FILE.json reports/latest/records/FILE.json', 'diff A B --all'],
    DIFF_EXIT_CODES,
  )
    .option('--all', 'also show the equal steps')
    .action(async (first: string, second: string, flags: DiffFlags) => {
      const action = await import('../actions/diff.js');
      finish(await action.diff(context, first, second, flags));
    });
};
