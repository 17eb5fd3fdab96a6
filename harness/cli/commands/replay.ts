import type { ReplayFlags } from '../actions/replay.js';
import { cellOption, withServerOptions } from '../arguments/options.js';
import { wholeNumber } from '../arguments/parse.js';
import type { Register } from './registry.js';

const REPLAY_EXIT_CODES = 'Exit codes: 0 as recorded, 1 not as recorded, 2 unknown or could not run.';

/** Registers `race-lab replay`. @internal */
export const registerReplay: Register = ({ command, context, finish }) => {
  const replay = command(
    'replay <FILE>',
    'Run a recorded finding, or a schedule that somebody shared, again, and compare every step, reply and the verdict.',
    [
      'replay reports/latest/records/01-lost-update--get-set.json',
      'replay FILE --times 20',
      'replay FILE --step',
      'replay FILE --inspect --at 3',
      'replay play:01-lost-update:get-set:0.1:no+lost+update',
      'replay MAPS.json --cell set-nx-px/1/late-reply',
      'replay FILE --guided',
    ],
    REPLAY_EXIT_CODES,
  )
    .option('--times <n>', 'how often', wholeNumber(1), 1)
    .option('--step', 'show each step as it is performed, and wait for Enter (on a terminal)')
    .option('--inspect', "wait for a debugger, and stop it in the worker's code")
    .option(
      '--at <step>',
      'where --inspect stops: once this step has come to its worker (default: 1)',
      wholeNumber(1),
    )
    .option(
      '--guided',
      'follow the recorded order on changed code, as far as it fits: new evidence, not the same finding',
    )
    .addOption(cellOption())
    .option('--file <file>', 'the race file that the scenario is in, where it is not found by itself');
  withServerOptions(replay).action(async (file: string, flags: ReplayFlags) => {
    const action = await import('../actions/replay.js');
    finish(await action.replay(context, file, flags));
  });
};
