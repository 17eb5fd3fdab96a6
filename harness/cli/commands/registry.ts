import type { Command } from 'commander';
import { wrap } from '../../base/text.js';
import type { CliContext } from '../context/context.js';

/** What the exit codes of a command mean, unless it says otherwise. @internal */
export const EXIT_CODES = 'Exit codes: 0 as expected, 1 not as expected, 2 unknown or could not run.';

/** What a command registers itself with. @internal */
export interface Registry {
  /** What its action works with. */
  readonly context: CliContext;
  /**
   * Adds a command to the program. Options and the action are for its caller to add.
   *
   * @param usage - name and arguments
   * @param description - one sentence for the help
   * @param lines - examples for the help, without the name of the program
   * @param exitCodes - for the help; default: `EXIT_CODES`
   */
  readonly command: (
    usage: string,
    description: string,
    lines: readonly string[],
    exitCodes?: string,
  ) => Command;
  /** Takes the exit code that an action came to. */
  readonly finish: (exitCode: number) => void;
}

/** Adds one command. Its action loads what it needs by itself, so that the help does not wait for that. @internal */
export type Register = (registry: Registry) => void;

/** Examples and exit codes, as they stand below the options in every help. @internal */
export function helpEnd(
  { invocation, out }: Pick<CliContext, 'invocation' | 'out'>,
  lines: readonly string[],
  exitCodes = EXIT_CODES,
): string {
  // Never broken: they are there to be copied.
  const examples = lines.map((line) => `  ${invocation} ${line}`);
  return ['', 'Examples:', ...examples, '', ...wrap(exitCodes, out.columns)].join('\n');
}
