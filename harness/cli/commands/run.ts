import { Option, type Command } from 'commander';
import { DEFAULT_SECONDS } from '../../explore/limits/time-limit.js';
import { STRATEGY_NAMES } from '../../explore/search/strategies.js';
import {
  ALL_STEPS,
  jobsOption,
  REPORTS_FOLDER,
  seedOption,
  withBaselineOptions,
  withServerOptions,
  workersOption,
} from '../arguments/options.js';
import { typedOptions } from '../arguments/typed.js';
import { failingKinds, secondsNumber, wholeNumber } from '../arguments/parse.js';
import type { RunFlags } from '../run/run-context.js';
import type { Register } from './registry.js';

const EXAMPLES = [
  'run',
  'run 01-lost-update',
  'run 01-lost-update/get-set --workers 3 -v',
  'run race/stock.race.ts',
  "run 'race/stock.race.ts:last item' --seconds 10",
  'run 01-lost-update --ask',
  'run --strategy random --seed 7 --seconds 10',
  'run race/stock.race.ts --watch',
  'run --jobs 4',
  'run --write-baseline race/baseline.json',
  'run --baseline race/baseline.json --fail-on breaks,hangs,error',
  'run --redis redis://127.0.0.1:6379 --json',
];

/** Registers `race-lab run`. @internal */
export const registerRun: Register = ({ command, context, finish }) => {
  const run = command(
    'run [LAB|FILE...]',
    'Run LAB, LAB/VARIANT, FILE or FILE:SCENARIO (default: the race files of this project, else all labs), and compare every verdict with what is expected.',
    EXAMPLES,
  )
    .addOption(new Option('--strategy <name>', 'how to explore').choices(STRATEGY_NAMES).default('auto'))
    .option('--runs <n>', 'executions at most, per variant (default: 20000)', wholeNumber(1))
    .option(
      '--seconds <s>',
      `seconds at most, per variant (default: the lab's own, or ${DEFAULT_SECONDS})`,
      secondsNumber,
    )
    .addOption(seedOption('seed of the strategy and of the workers (default: 1)'))
    .addOption(workersOption('number of workers'))
    .option('--faults <n>', 'faults at most in one execution', wholeNumber(0))
    .option(
      '--preemptions <n>',
      "preemptions at most in one execution (default: the variant's own, or 2)",
      wholeNumber(0),
    )
    .option(
      '--delays <n>',
      'timers at most of each worker that fire although it could go on, timeouts of clients too (default: 2, and none of clients)',
      wholeNumber(0),
    )
    .option('--no-predict', 'run every execution, also those whose steps were all seen before');
  withBaselineOptions(withServerOptions(run))
    .addOption(jobsOption())
    .option('--resume', 'go on with searches that were interrupted or ran out of budget')
    .option('--json', 'print the results as JSON, and nothing else')
    .option('--out <dir>', 'folder of the reports; a run replaces its own results there', REPORTS_FOLDER)
    .option(
      '--fail-on <kinds>',
      'only these verdicts make the run fail: breaks, hangs, incomplete, error, holds',
      failingKinds,
    )
    .option('--all', ALL_STEPS)
    .option('-v, --verbose', 'show every finding in full, also the expected ones')
    .option(
      '--predict, --ask',
      'ask what each variant will do before its verdict is shown, and say how many were right',
    )
    .option('--watch', 'run what is changed again, until Ctrl-C')
    .action(async (words: string[], flags: RunFlags, self: Command) => {
      if (flags.watch === true) {
        const { watch } = await import('../watch/watch.js');
        return finish(await watch(context, words, flags, typedOptions(self)));
      }
      const action = await import('../run/run.js');
      finish(await action.run(context, words, flags, typedOptions(self)));
    });
};
