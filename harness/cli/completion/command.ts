import { Argument, type Command } from 'commander';
import type { Register } from '../commands/registry.js';
import type { Shell } from './action.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const satisfies readonly Shell[];

/** Registers `race-lab completion`. @internal */
export const registerCompletion: Register = ({ command, context, finish }) => {
  command(
    'completion',
    'Print a script that has a shell complete commands, options, and the names of labs and variants.',
    [
      'completion bash > ~/.race-lab.bash',
      'completion zsh > ~/.zfunc/_race-lab',
      'completion fish > ~/.config/fish/completions/race-lab.fish',
    ],
    'Exit codes: 0 printed, 2 there is no such shell.',
  )
    .addArgument(new Argument('<shell>', 'for which shell').choices(SHELLS))
    .action(async (shell: Shell, _: object, self: Command) => {
      const action = await import('./action.js');
      finish(await action.completion(context, shell, self.parent!));
    });
};
