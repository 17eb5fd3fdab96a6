import { Command, CommanderError, Option } from 'commander';
import { STRATEGY_NAMES } from '../explore/strategies.js';
import { MAX_WORKERS } from '../scenario.js';
import type { CleanFlags } from './clean.js';
import type { CliContext } from './context.js';
import { describeError, EXIT } from './errors.js';
import { collect, collectFault, secondsNumber, wholeNumber } from './parse.js';
import type { DiffFlags } from './diff.js';
import type { FaultsFlags } from './faults.js';
import type { MapFlags } from './map.js';
import type { ReplayFlags } from './replay.js';
import type { RunFlags } from './run.js';
import type { ServerFlags } from './server.js';
import type { ShowFlags } from './show.js';

const SEED_MAX = 0xffffffff;
const ALL = 'also show steps that are not causally before the failure';
/** More processes than any machine has processors for them. */
const MAX_JOBS = 64;
const CELL = 'which cell, where FILE holds fault maps: [[LAB/]VARIANT/]PLACE/FAULT';
const DEFAULT_OUT = 'reports/latest';

/**
 * Runs one command line.
 *
 * @param args - without the name of the program
 * @returns the exit code: 0 as expected, 1 not, 2 unknown or could not run
 */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  let code: number = EXIT.asExpected;
  const finish = (exitCode: number): void => {
    code = exitCode;
  };
  try {
    await buildProgram(context, finish).parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    // Commander has printed its own errors already; help and version are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.asExpected : EXIT.unknown;
    context.err.write(`race-lab: ${describeError(error)}\n`);
    return EXIT.unknown;
  }
}

function buildProgram(context: CliContext, finish: (exitCode: number) => void): Command {
  const { out, err, invocation } = context;
  const program = new Command('race-lab')
    .description('Reproducible race conditions and connection errors on a real Redis.')
    .version(context.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => out.write(text),
      writeErr: (text) => err.write(text),
      outputError: (text, write) =>
        write(
          `race-lab: ${text
            .replace(/^error: /, '')
            .trim()
            .replaceAll(/\s*\n\s*/g, ' ')}\n`,
        ),
      getOutHelpWidth: () => out.columns,
      getErrHelpWidth: () => err.columns,
    })
    .addHelpText(
      'after',
      `\n${examples(invocation, ['run', 'run 01-lost-update/get-set -v', 'list', 'replay reports/latest/records/FILE.json'])}\n\n${EXIT_CODES}`,
    );

  const command = (
    usage: string,
    description: string,
    lines: readonly string[],
    exitCodes = EXIT_CODES,
  ): Command =>
    program
      .command(usage)
      .description(description)
      .addHelpText('after', `\n${examples(invocation, lines)}\n\n${exitCodes}`);

  withServerOptions(
    command(
      'run [LAB[/VARIANT]...]',
      'Run labs (default: all) and compare every verdict with what is expected.',
      [
        'run',
        'run 01-lost-update',
        'run 01-lost-update/get-set --workers 3 -v',
        'run --strategy random --seed 7 --seconds 10',
        'run --jobs 4',
        'run --redis redis://127.0.0.1:6379 --json',
      ],
    )
      .addOption(new Option('--strategy <name>', 'how to explore').choices(STRATEGY_NAMES).default('auto'))
      .option('--runs <n>', 'executions at most, per variant (default: 20000)', wholeNumber(1))
      .option('--seconds <s>', 'seconds at most, per variant', secondsNumber)
      .option('--seed <n>', 'seed of the strategy and of the workers (default: 1)', wholeNumber(0, SEED_MAX))
      .option('--workers <n>', 'number of workers', wholeNumber(1, MAX_WORKERS))
      .option('--faults <n>', 'faults at most in one execution', wholeNumber(0))
      .option(
        '--preemptions <n>',
        "preemptions at most in one execution (default: the variant's own, or 2)",
        wholeNumber(0),
      )
      .option(
        '--delays <n>',
        'timers at most in one execution that fire although their worker could go on (default: 0)',
        wholeNumber(0),
      ),
  )
    .option(
      '--jobs <n>',
      'processes that share the work, each with a Redis of its own',
      wholeNumber(1, MAX_JOBS),
    )
    .option('--resume', 'go on with searches that were interrupted or ran out of budget')
    .option('--json', 'print the results as JSON, and nothing else')
    .option('--out <dir>', 'folder for the reports, replaced at the end', DEFAULT_OUT)
    .option('--all', ALL)
    .option('-v, --verbose', 'show every finding in full, also the expected ones')
    .action(async (words: string[], flags: RunFlags) =>
      finish(await (await import('./run.js')).run(context, words, flags)),
    );

  command('list', 'List the labs, their variants and the expected verdicts.', ['list', 'list --json'])
    .option('--json', 'print them as JSON')
    .action(async (flags: { json?: boolean }) =>
      finish(await (await import('./list.js')).list(context, flags)),
    );

  withServerOptions(
    command('replay <FILE>', 'Run a recorded finding again, and compare every step, reply and the verdict.', [
      'replay reports/latest/records/01-lost-update--get-set.json',
      'replay FILE --times 20',
      'replay FILE --step',
      'replay MAPS.json --cell set-nx-px/1/late-reply',
    ])
      .option('--times <n>', 'how often', wholeNumber(1), 1)
      .option('--step', 'show each step as it is performed, and wait for Enter (on a terminal)')
      .option('--cell <cell>', CELL),
  ).action(async (file: string, flags: ReplayFlags) =>
    finish(await (await import('./replay.js')).replay(context, file, flags)),
  );

  command('show <FILE>', 'Print a recorded finding, or fault maps, without running them.', [
    'show reports/latest/records/01-lost-update--get-set.json',
    'show FILE --all',
    'show MAPS.json --cell set-nx-px/1/late-reply',
  ])
    .option('--all', ALL)
    .option('--cell <cell>', CELL)
    .action(async (file: string, flags: ShowFlags) =>
      finish(await (await import('./show.js')).show(context, file, flags)),
    );

  command(
    'diff <A> <B>',
    'Compare two records: where their steps, replies or verdicts first differ, side by side.',
    ['diff reports/FILE.json reports/latest/records/FILE.json', 'diff A B --all'],
    DIFF_EXIT_CODES,
  )
    .option('--all', 'also show the equal steps')
    .action(async (first: string, second: string, flags: DiffFlags) =>
      finish(await (await import('./diff.js')).diff(context, first, second, flags)),
    );

  command('faults', 'List what can go wrong: every fault, its outcome, its parameters.', [
    'faults',
    'faults --json',
  ])
    .option('--json', 'print them as JSON')
    .option('--markdown', 'print them as a Markdown table')
    .action(async (flags: FaultsFlags) => finish((await import('./faults.js')).faults(context, flags)));

  withServerOptions(
    command(
      'map <LAB[/VARIANT]...>',
      'Try every fault at every command, and show what each combination broke.',
      [
        'map 01-lost-update/incr-resend',
        'map 01-lost-update/incr --fault late-reply --fault half-open',
        'map 03-lock-acquisition/set-nx-px --fault server',
        'map 01-lost-update --all --jobs 2 --out reports/fault-map.json',
      ],
    )
      .option('--workers <n>', 'number of workers (default: 2)', wholeNumber(1, MAX_WORKERS))
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
      .option('--seed <n>', 'seed of the workers', wholeNumber(0, SEED_MAX)),
  )
    .option(
      '--jobs <n>',
      'processes that share the work, each with a Redis of its own',
      wholeNumber(1, MAX_JOBS),
    )
    .option('--json', 'print the maps as JSON, and nothing else')
    .option('--out <file>', 'also write the maps as JSON to this file')
    .action(async (words: string[], flags: MapFlags) =>
      finish(await (await import('./map.js')).map(context, words, flags)),
    );

  withServerOptions(
    command('doctor', 'Say what this machine gives the lab: which Redis, which clock, and why.', ['doctor']),
  ).action(async (flags: ServerFlags) => finish(await (await import('./doctor.js')).doctor(context, flags)));

  command(
    'clean',
    'Remove the reports of the last run, and what the lab keeps on this machine: its cache, the images that it built, containers whose owner is gone.',
    ['clean'],
  )
    .option('--out <dir>', 'folder of the reports', DEFAULT_OUT)
    .action(async (flags: CleanFlags) => finish(await (await import('./clean.js')).clean(context, flags)));

  return program;
}

function withServerOptions(command: Command): Command {
  return command
    .option(
      '--redis <where>',
      'auto, container, process or redis://host:port (default: RACE_LAB_REDIS, or auto)',
    )
    .option('--image <image>', 'container image')
    .option(
      '--allow-host <host>',
      'a host other than this machine that may be flushed (repeatable)',
      collect,
    );
}

function examples(invocation: string, lines: readonly string[]): string {
  return ['Examples:', ...lines.map((line) => `  ${invocation} ${line}`)].join('\n');
}

const DIFF_EXIT_CODES = 'Exit codes: 0 the same, 1 different, 2 a record cannot be read.';
const EXIT_CODES = 'Exit codes: 0 as expected, 1 not as expected, 2 unknown or could not run.';
