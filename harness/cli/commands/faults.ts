import type { FaultsFlags } from '../actions/faults.js';
import type { Register } from './registry.js';

/** Registers `race-lab faults`. @internal */
export const registerFaults: Register = ({ command, context, finish }) => {
  command('faults', 'List what can go wrong: every fault, its outcome, its parameters.', [
    'faults',
    'faults --json',
  ])
    .option('--json', 'print them as JSON')
    .option('--markdown', 'print them as a Markdown table')
    .action(async (flags: FaultsFlags) => {
      const action = await import('../actions/faults.js');
      finish(action.faults(context, flags));
    });
};
