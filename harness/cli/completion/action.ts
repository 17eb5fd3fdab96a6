import type { Command } from 'commander';
import type { CliContext } from '../context/context.js';
import { EXIT } from '../context/errors.js';
import { bashCompletion } from './bash.js';
import { fishCompletion } from './fish.js';
import { completionModel, type CompletionModel } from './model.js';
import { zshCompletion } from './zsh.js';

/** A shell that can be told what to complete. @internal */
export type Shell = 'bash' | 'zsh' | 'fish';

const SCRIPTS: Readonly<Record<Shell, (model: CompletionModel) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** Prints the script of a shell. @returns the exit code @internal */
export async function completion(context: CliContext, shell: Shell, program: Command): Promise<number> {
  context.out.write(SCRIPTS[shell](completionModel(program, await context.loadLabs())));
  return EXIT.asExpected;
}
