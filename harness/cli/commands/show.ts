import { Option } from 'commander';
import type { ShowFlags } from '../show/show.js';
import { ALL_STEPS, cellOption } from '../arguments/options.js';
import type { Register } from './registry.js';

/** Registers `race-lab show`. @internal */
export const registerShow: Register = ({ command, context, finish }) => {
  command('show <FILE>', 'Print a recorded finding, or fault maps, without running them.', [
    'show reports/latest/records/01-lost-update--get-set.json',
    'show FILE --all',
    'show FILE --step',
    'show MAPS.json --map set-nx-px --details',
    'show MAPS.json --cell set-nx-px/1/late-reply',
    'show reports/maps/01-lost-update.json --page maps.html',
    'show FILE --history > history.jsonl',
    'show FILE --history --text',
    'show FILE --json',
  ])
    .option('--all', ALL_STEPS)
    .option('--step', 'walk through its steps, back and forth, with what Redis held (on a terminal)')
    .option('--history', 'what the clients saw and what the wire knows, as JSON lines')
    .option('--text', 'with --history: in two columns, for people')
    .option('--map <map>', 'only this one, where FILE holds fault maps: [LAB/]VARIANT')
    .addOption(cellOption())
    .option('--details', 'of fault maps: the tables of all, with what was seen in every failing cell')
    .addOption(
      new Option('--json', 'print what there is as JSON: docs/json.md says what is in it').conflicts([
        'text',
        'step',
        'page',
        'all',
      ]),
    )
    .option(
      '--page <file>',
      'write fault maps as a page to this file instead, with an execution for each cell',
    )
    .action(async (file: string, flags: ShowFlags) => {
      const action = await import('../show/show.js');
      finish(await action.show(context, file, flags));
    });
};
