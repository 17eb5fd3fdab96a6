import type { ListFlags } from '../actions/list.js';
import type { Register } from './registry.js';

/** Registers `race-lab list`. @internal */
export const registerList: Register = ({ command, context, finish }) => {
  command(
    'list [LAB|FILE...]',
    'List the race files of this project and the labs; with LAB, LAB/VARIANT or FILE: the variants and what is expected of each.',
    ['list', 'list 03-lock-acquisition', 'list --details', 'list --json'],
  )
    .option('--details', 'the variants of every lab, and not only how many there are')
    .option('--solutions', 'also show the variants that give an exercise away')
    .option('--json', 'print all of them as JSON')
    .action(async (words: string[], flags: ListFlags) => {
      const action = await import('../actions/list.js');
      finish(await action.list(context, words, flags));
    });
};
