import type { InitFlags } from '../init/init.js';
import type { Register } from './registry.js';

/** Registers `race-lab init`. @internal */
export const registerInit: Register = ({ command, context, finish }) => {
  command(
    'init',
    'Put a first scenario, a test of it and npm scripts into the project of this folder. What is there stays as it is.',
    ['init', 'init --dry-run'],
    'Exit codes: 0 done, 2 there is no project here, or it cannot be written.',
  )
    .option('--dry-run', 'say what would be done, and do nothing')
    .action(async (flags: InitFlags) => {
      const action = await import('../init/init.js');
      finish(await action.init(context, context.cwd, flags));
    });
};
