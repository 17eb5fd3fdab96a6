import { REPORTS_FOLDER, seedOption, withBaselineOptions, withServerOptions } from '../arguments/options.js';
import { collect, secondsNumber, wholeNumber } from '../arguments/parse.js';
import { DEFAULT_SUITE_RUNS } from '../../suite/run/bounds.js';
import type { SuiteFlags } from '../suite/suite-run.js';
import type { Register } from './registry.js';

/** Registers `race-lab suite`. @internal */
export const registerSuite: Register = ({ command, context, finish }) => {
  const suite = command(
    'suite <FILE...>',
    'Put every lock, cache and limiter whose adapter FILE exports in every hazard there is for it, and show what became of it.',
    [
      'suite race/my-lock.race.ts',
      'suite race/my-lock.race.ts --only holder-crash -v',
      'suite race/my-lock.race.ts --write-baseline race/baseline.json',
      'suite race/my-lock.race.ts --baseline race/baseline.json',
    ],
    'Exit codes: 0 nothing new fails, 1 something does, 2 unknown or could not run.',
  )
    .option('--only <hazard>', 'a hazard to run instead of all of them (repeatable)', collect)
    .option(
      '--runs <n>',
      `executions at most for each bound of a hazard (default: ${DEFAULT_SUITE_RUNS})`,
      wholeNumber(1),
    )
    .option('--seconds <s>', 'seconds at most for each bound of a hazard (default: no limit)', secondsNumber)
    .addOption(seedOption('seed of the workers (default: 1)'));
  withBaselineOptions(withServerOptions(suite))
    .option('--json', 'print the scoreboard as JSON, and nothing else')
    .option('--markdown <file>', 'also write the scoreboard as Markdown to this file')
    .option('--badge <file>', 'also write a badge (SVG) to this file')
    .option('--out <dir>', 'folder of the reports; a run replaces its own results there', REPORTS_FOLDER)
    .option('-v, --verbose', 'show every failure in full')
    .action(async (words: string[], flags: SuiteFlags) => {
      const action = await import('../suite/suite.js');
      finish(await action.suite(context, words, flags));
    });
};
