import { withServerOptions } from '../arguments/options.js';
import type { CheckFlags } from '../actions/check.js';
import type { Register } from './registry.js';

const CHECK_EXIT_CODES = 'Exit codes: 0 done, 1 not yet, 2 unknown or could not run.';

/** Registers `race-lab check`. @internal */
export const registerCheck: Register = ({ command, context, finish }) => {
  const check = command(
    'check <LAB>',
    'Say whether the exercise of LAB is done, and if not, which interleaving still breaks it.',
    ['check 01-lost-update', 'check 03 --file mine.ts'],
    CHECK_EXIT_CODES,
  ).option('--file <file>', 'the file with your code (default: exercise.ts in the folder of the lab)');
  withServerOptions(check).action(async (word: string, flags: CheckFlags) => {
    const action = await import('../actions/check.js');
    finish(await action.check(context, word, flags));
  });
};
