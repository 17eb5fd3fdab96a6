import type { CleanFlags } from '../actions/clean.js';
import { REPORTS_FOLDER } from '../arguments/options.js';
import type { Register } from './registry.js';

/** Registers `race-lab clean`. @internal */
export const registerClean: Register = ({ command, context, finish }) => {
  command(
    'clean',
    'Remove the reports of the last run, and what the lab keeps on this machine: its cache, the images that it built, containers whose owner is gone.',
    ['clean', 'clean --out reports/mine'],
  )
    .option('--out <dir>', 'folder of the reports', REPORTS_FOLDER)
    .action(async (flags: CleanFlags) => {
      const action = await import('../actions/clean.js');
      finish(await action.clean(context, flags));
    });
};
