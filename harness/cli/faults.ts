import { faultEntries, faultsMarkdown, renderFaults } from '../record/fault-catalogue.js';
import type { CliContext } from './context.js';
import { EXIT } from './errors.js';

/** Options of `race-lab faults`. */
export interface FaultsFlags {
  readonly json?: boolean;
  readonly markdown?: boolean;
}

/** Prints the catalogue of faults. @returns the exit code */
export function faults({ out }: CliContext, flags: FaultsFlags): number {
  if (flags.json === true) out.write(`${JSON.stringify({ faults: faultEntries() }, undefined, 2)}\n`);
  else out.write(`${flags.markdown === true ? faultsMarkdown() : renderFaults(out)}\n`);
  return EXIT.asExpected;
}
