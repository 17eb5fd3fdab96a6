import { Option } from 'commander';
import type { MapFlags } from '../actions/map.js';
import { jobsOption, seedOption, withServerOptions, workersOption } from '../arguments/options.js';
import { collectFault, wholeNumber } from '../arguments/parse.js';
import type { Register } from './registry.js';

/** Registers `race-lab map`. @internal */
export const registerMap: Register = ({ command, context, finish }) => {
  const map = command(
    'map <LAB|FILE...>',
    'Try every fault at every command of LAB, LAB/VARIANT, FILE or FILE:SCENARIO, and show what each combination broke.',
    [
      'map 01-lost-update/incr-resend',
      'map 01-lost-update/incr --fault late-reply --fault half-open',
      'map 03-lock-acquisition/set-nx-px --fault server',
      'map 01-lost-update --all --jobs 2 --out reports/fault-map.json',
      'map race/stock.race.ts',
    ],
  )
    .addOption(workersOption('number of workers (default: 2)'))
    .option(
      '--fault <name>',
      'a fault to try instead of the usual ones, or a group: usual, client, server (repeatable)',
      collectFault,
    )
    .addOption(new Option('--all', 'try every fault, not only the usual ones').conflicts('fault'))
    .option(
      '--preemptions <n>',
      'preemptions at most in one execution (default: 1 with the usual faults, 0 with the others)',
      wholeNumber(0),
    )
    .option(
      '--runs <n>',
      'executions at most, per variant and eight faults (default: 20,000)',
      wholeNumber(1),
    )
    .addOption(seedOption('seed of the workers'));
  withServerOptions(map)
    .addOption(jobsOption())
    .option('--details', 'also show what was seen in every failing cell')
    .option('--json', 'print the maps as JSON, and nothing else')
    .option('--out <file>', 'also write the maps as JSON to this file')
    .action(async (words: string[], flags: MapFlags) => {
      const action = await import('../actions/map.js');
      finish(await action.map(context, words, flags));
    });
};
