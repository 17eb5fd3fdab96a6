import { Command, CommanderError } from 'commander';
import { registerCheck } from './commands/check.js';
import { registerClean } from './commands/clean.js';
import { registerDiff } from './commands/diff.js';
import { registerDoctor } from './commands/doctor.js';
import { registerExport } from './commands/export.js';
import { registerFaults } from './commands/faults.js';
import { registerInit } from './commands/init.js';
import { registerCompletion } from './completion/command.js';
import { registerList } from './commands/list.js';
import { registerMap } from './commands/map.js';
import { registerPlay } from './commands/play.js';
import { helpEnd, type Register } from './commands/registry.js';
import { registerReplay } from './commands/replay.js';
import { registerRun } from './commands/run.js';
import { registerShow } from './commands/show.js';
import { registerSuite } from './commands/suite.js';
import type { CliContext } from './context/context.js';
import { EXIT, oneLine } from './context/errors.js';
import { sayError } from './context/say-error.js';

/** Every command, in the order in which the help shows them. */
const COMMANDS: readonly Register[] = [
  registerRun,
  registerList,
  registerCheck,
  registerSuite,
  registerReplay,
  registerShow,
  registerPlay,
  registerDiff,
  registerExport,
  registerFaults,
  registerMap,
  registerInit,
  registerDoctor,
  registerClean,
  registerCompletion,
];

/**
 * Runs one command line.
 *
 * @param args - without the name of the program
 * @returns the exit code: 0 as expected, 1 not, 2 unknown or could not run
 * @internal
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
    sayError(context, error);
    return EXIT.unknown;
  }
}

/** The program with all its commands. @param finish - takes the exit code of an action @internal */
export function buildProgram(context: CliContext, finish: (exitCode: number) => void): Command {
  const { out, err } = context;
  const lines = ['run', 'run 01-lost-update/get-set -v', 'list', 'replay reports/latest/records/FILE.json'];
  const program = new Command('race-lab')
    .description('Reproducible race conditions and connection errors on a real Redis.')
    .version(context.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => out.write(text),
      writeErr: (text) => err.write(text),
      outputError: (text, write) => write(`race-lab: ${oneLine(text.replace(/^error: /, ''))}\n`),
      getOutHelpWidth: () => out.columns,
      getErrHelpWidth: () => err.columns,
    })
    .addHelpText('after', helpEnd(context, lines));
  for (const register of COMMANDS) {
    register({
      context,
      finish,
      command: (usage, description, examples, exitCodes) =>
        program
          .command(usage)
          .description(description)
          .addHelpText('after', helpEnd(context, examples, exitCodes)),
    });
  }
  return program;
}
