import type { ListFlags } from '../actions/list.js';
import type { Register } from './registry.js';

/** Registers `race-lab list`. @internal */
export const registerList: Register = ({ command, context, finish }) => {
  command(
    'list',
    'List the race files of this project and the labs, their scenarios and the expected verdicts.',
    ['list', 'list --solutions', 'list --json'],
  )
    .option('--solutions', 'also show the variants that give an exercise away')
    .option('--json', 'print them as JSON')
    .action(async (flags: ListFlags) => {
      const action = await import('../actions/list.js');
      finish(await action.list(context, flags));
    });
};
