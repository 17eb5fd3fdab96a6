import { faultEntries, faultsMarkdown, renderFaults } from '../../report/print/fault-catalogue.js';
import type { CliContext } from '../context/context.js';
import { EXIT } from '../context/errors.js';

/** Options of `race-lab faults`. @internal */
export interface FaultsFlags {
  readonly json?: boolean;
  readonly markdown?: boolean;
}

/** Prints the catalogue of faults. @returns the exit code @internal */
export function faults({ out }: CliContext, flags: FaultsFlags): number {
  if (flags.json === true) out.write(`${JSON.stringify({ faults: faultEntries() }, undefined, 2)}\n`);
  else out.write(`${flags.markdown === true ? faultsMarkdown() : renderFaults(out)}\n`);
  return EXIT.asExpected;
}
