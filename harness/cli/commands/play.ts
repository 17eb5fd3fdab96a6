import type { PlayFlags } from '../actions/play.js';
import { cellOption, seedOption, withServerOptions, workersOption } from '../arguments/options.js';
import { wholeNumber } from '../arguments/parse.js';
import type { Register } from './registry.js';

const PORT_MAX = 65_535;

/** Registers `race-lab play`. @internal */
export const registerPlay: Register = ({ command, context, finish }) => {
  const play = command(
    'play [LAB|FILE]',
    'Be the scheduler: decide in a browser whose step is next, on a real Redis, until something breaks.',
    [
      'play',
      'play 01-lost-update/get-set',
      'play race/stock.race.ts --workers 3',
      'play reports/latest/records/01-lost-update--get-set.json',
    ],
    'It serves the page to this machine alone, prints its address, and ends by Ctrl-C (0). Exit code 2: could not run.',
  )
    .option('--port <n>', 'port of the page (default: any that is free)', wholeNumber(1, PORT_MAX))
    .option('--out <dir>', 'where records are saved (default: reports/played)')
    .addOption(seedOption('seed of the workers, and of the search for a schedule (default: 1)'))
    .addOption(workersOption('number of workers'))
    .option('--faults <n>', 'faults at most in one execution', wholeNumber(0))
    .addOption(cellOption())
    .option(
      '--file <file>',
      'the race file that the scenario of a record is in, where it is not found by itself',
    );
  withServerOptions(play).action(async (word: string | undefined, flags: PlayFlags) => {
    const action = await import('../actions/play.js');
    finish(await action.play(context, word, flags));
  });
};
