import type { ExportFlags } from '../export/action.js';
import type { Register } from './registry.js';

const EXPORT_EXIT_CODES = 'Exit codes: 0 written, 2 could not.';

/** Registers `race-lab export`. @internal */
export const registerExport: Register = ({ command, context, finish }) => {
  command(
    'export <RECORD>',
    'Write a folder with a finding and the sources of its scenario, for somebody else to show and replay.',
    ['export reports/latest/records/FILE.json', 'export FILE --out for-ada', 'replay for-ada'],
    EXPORT_EXIT_CODES,
  )
    .option('--out <dir>', 'the folder, which must be new or empty (default: the name of the record)')
    .action(async (file: string, flags: ExportFlags) => {
      const action = await import('../export/action.js');
      finish(await action.exportRecord(context, file, flags));
    });
};
